import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig, serviceRuntime } from '@bankside/runtime';
import { createApp } from './app';
import { consoleConfig } from './config';

const config = readConfig(process.env, consoleConfig);
const runtime = serviceRuntime({ name: 'console', config });
// The page is public: requests for it carry no actor.
const { logger, metrics, sidecarToken, allowedCalls } = runtime.shell;
const app = createApp({
  logger,
  metrics,
  sidecarToken,
  allowedCalls,
  pageFolder: config.PAGE_FOLDER,
  ready: () => access(join(config.PAGE_FOLDER, 'index.html')),
});
runtime.listen(app);
