// A worker as a process of its own, for a test that kills it: <address> <task queue> <bundle> <banks as JSON>.
import { readFileSync } from 'node:fs';
import { quietRuntime } from '@bankside/saga/testing';
import { startWorker, type Banks } from './all-sagas';

const [address, taskQueue, bundlePath, banks] = process.argv.slice(2) as [string, string, string, string];

quietRuntime();
void startWorker(address, {
  taskQueue,
  workflowBundle: { code: readFileSync(bundlePath, 'utf8') },
  banks: JSON.parse(banks) as Banks,
});
