import { join } from 'node:path';
import { invoker, sidecar } from '@bankside/dapr';
import { createLogger, createMetrics, readConfig, serve, serviceConfig } from '@bankside/service';
import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import { createApp } from './app';
import { temporalSagas } from './sagas';

const config = readConfig(process.env, {
  ...serviceConfig,
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  /** Files of swagger-ui-dist; the build puts them beside the program. */
  DOCS_FOLDER: z.string().default(join(__dirname, 'swagger-ui')),
  VERSION: z.string().default('0.1.0'),
});

const logger = createLogger('gateway', config.LOG_LEVEL);
const sidecarUrl = `http://127.0.0.1:${config.DAPR_HTTP_PORT}`;
const side = sidecar({ sidecarUrl });
const services = invoker({ sidecarUrl });
// Lazy: the gateway serves all else while Temporal is down.
const connection = Connection.lazy({ address: config.TEMPORAL_ADDRESS });
const temporal = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });

const app = createApp({
  logger,
  metrics: createMetrics('gateway'),
  invoke: services.invoke,
  sagas: temporalSagas(temporal),
  ready: async () => {
    if (!(await side.ready())) throw new Error('the sidecar does not answer yet');
  },
  docsFolder: config.DOCS_FOLDER,
  version: config.VERSION,
});

serve(app, {
  host: config.HOST,
  port: config.PORT,
  logger,
  close: async () => {
    await Promise.all([services.close(), side.close(), connection.close()]);
  },
});
