import { invoker, sidecar } from '@bankside/dapr';
import {
  createLogger,
  createMetrics,
  pullFeed,
  readConfig,
  retried,
  serve,
  serviceConfig,
} from '@bankside/service';
import { createConnection } from 'mongoose';
import { z } from 'zod';
import { createApp } from './app';
import { live } from './runner/live';
import { mongoStore } from './store/mongo-store';
import { views } from './views';

/** Connections to MongoDB of one replica: queries and runners. */
const MONGODB_CONNECTIONS = 32;
/** How long a query waits for a MongoDB that does not answer. */
const MONGODB_TIMEOUT_MS = 2_000;

const config = readConfig(process.env, { ...serviceConfig, MONGODB_URL: z.url() });
const logger = createLogger('projection', config.LOG_LEVEL);
const metrics = createMetrics('projection');
const sidecarUrl = `http://127.0.0.1:${config.DAPR_HTTP_PORT}`;
const side = sidecar({ sidecarUrl });
const services = invoker({ sidecarUrl });
const connection = createConnection();
connection.on('error', (error: unknown) => logger.warn({ err: error }, 'MongoDB does not answer'));

const generations = views.map((view) => ({ view, number: 1 }));
const store = mongoStore(connection, async () => undefined);
const running = live({
  generations,
  store,
  pull: (source) => pullFeed(services.invoke, source),
  now: () => new Date(),
  onError: (error, view, source) =>
    logger.error({ err: error, view, source }, 'reading events failed; it is tried again'),
});

let started = false;
const start = async (): Promise<void> => {
  await connection.openUri(config.MONGODB_URL, {
    bufferCommands: false,
    ignoreUndefined: true,
    maxPoolSize: MONGODB_CONNECTIONS,
    serverSelectionTimeoutMS: MONGODB_TIMEOUT_MS,
  });
  if (!(await side.ready())) throw new Error('the sidecar is not ready');
  for (const generation of generations) await store.install(generation);
  running.start();
  started = true;
};

const app = createApp({
  logger,
  metrics,
  generations,
  store,
  live: running,
  ready: async () => {
    if (!started) throw new Error('the sidecar or MongoDB does not answer yet');
    await connection.db?.admin().ping();
  },
});

serve(app, {
  host: config.HOST,
  port: config.PORT,
  logger,
  close: async () => {
    await running.stop();
    await Promise.all([connection.close(), services.close(), side.close()]);
  },
});
void retried(start, (error) => logger.warn({ err: error }, 'not started yet; it is tried again'));
