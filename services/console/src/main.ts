import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { callersOf } from '@bankside/auth';
import { createLogger, createMetrics, readConfig, serviceConfig } from '@bankside/runtime';
import { listen } from '@bankside/http';
import { z } from 'zod';
import { createApp } from './app';

const config = readConfig(process.env, {
  ...serviceConfig,
  /** The page as the build has made it; it is put beside the program. */
  PAGE_FOLDER: z.string().default(join(__dirname, 'console-page')),
});
const logger = createLogger('console', config.LOG_LEVEL);

const app = createApp({
  logger,
  metrics: createMetrics('console'),
  sidecarToken: config.APP_API_TOKEN,
  callers: callersOf(config),
  pageFolder: config.PAGE_FOLDER,
  ready: () => access(join(config.PAGE_FOLDER, 'index.html')),
});

listen(app, { host: config.HOST, port: config.PORT, logger });
