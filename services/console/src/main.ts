import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig, serviceConfig, serviceRuntime } from '@bankside/runtime';
import { z } from 'zod';
import { createApp } from './app';

const config = readConfig(process.env, {
  ...serviceConfig,
  /** The built page, beside the program. */
  PAGE_FOLDER: z.string().default(join(__dirname, 'console-page')),
});
const runtime = serviceRuntime({ name: 'console', config });
// The page is public: requests for it carry no actor.
const { logger, metrics, sidecarToken, callers } = runtime.shell;
const app = createApp({
  logger,
  metrics,
  sidecarToken,
  callers,
  pageFolder: config.PAGE_FOLDER,
  ready: () => access(join(config.PAGE_FOLDER, 'index.html')),
});
runtime.listen(app);
