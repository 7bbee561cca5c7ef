// A worker in a process of its own, which a test can kill: <address> <task queue> <bundle> <URLs as JSON>.
import { readFileSync } from 'node:fs';
import { startWorker, type Urls } from './worker-of-all-sagas';

const [address, taskQueue, bundlePath, urls] = process.argv.slice(2) as [string, string, string, string];

void startWorker(address, {
  taskQueue,
  workflowBundle: { code: readFileSync(bundlePath, 'utf8') },
  urls: JSON.parse(urls) as Urls,
});
