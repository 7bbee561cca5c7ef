// A worker as a process of its own, for a test that kills it: <address> <bank> <task queue> <bundle>.
import { readFileSync } from 'node:fs';
import { httpInvoke, quietRuntime, startTestWorker } from '@bankside/saga/testing';
import { serviceCalls } from '@bankside/saga/worker';
import { createPlaceOrderActivities } from '../src/activities';

const [address, bankUrl, taskQueue, bundlePath] = process.argv.slice(2) as [string, string, string, string];

quietRuntime();
void startTestWorker(address, {
  taskQueue,
  workflowBundle: { code: readFileSync(bundlePath, 'utf8') },
  activities: createPlaceOrderActivities(serviceCalls(httpInvoke(bankUrl))),
});
