import { invoker, sidecar } from '@bankside/dapr';
import { actorVerifier, callersOf } from '@bankside/auth';
import {
  createLogger,
  createMetrics,
  databaseConfig,
  faultInjectionIfEnabled,
  pullFeed,
  sidecarConfig,
  readConfig,
  retryForever,
} from '@bankside/runtime';
import { listen } from '@bankside/http';
import { createConnection } from 'mongoose';
import { Pool } from 'pg';
import { z } from 'zod';
import { projectionHost, registerProjectionMetrics } from '@bankside/projections';
import { createApp } from './app';
import { views } from './views';

/** Connections of one replica: queries and writers. */
const MONGODB_CONNECTIONS = 32;
const POSTGRESQL_CONNECTIONS = 10;
/** How long a query waits for a MongoDB that does not answer. */
const MONGODB_TIMEOUT_MS = 2_000;

const config = readConfig(process.env, { ...databaseConfig, MONGODB_URL: z.url() });
const logger = createLogger('projection', config.LOG_LEVEL);
const metrics = createMetrics('projection');
const own = sidecarConfig(config);
const side = sidecar(own);
const services = invoker(own);
const pool = new Pool({ connectionString: config.DATABASE_URL, max: POSTGRESQL_CONNECTIONS });
pool.on('error', (error) => logger.warn({ err: error }, 'a database connection broke'));
const mongodb = createConnection();
mongodb.on('error', (error: unknown) => logger.warn({ err: error }, 'MongoDB does not answer'));

const host = projectionHost({
  projections: views,
  pool,
  connectionString: config.DATABASE_URL,
  mongo: mongodb,
  pull: (source) => pullFeed(services.invoke, source),
  clock: () => new Date(),
  logger,
});
registerProjectionMetrics(metrics, host);

let started = false;
const start = async (): Promise<void> => {
  await mongodb.openUri(config.MONGODB_URL, {
    bufferCommands: false,
    ignoreUndefined: true,
    maxPoolSize: MONGODB_CONNECTIONS,
    serverSelectionTimeoutMS: MONGODB_TIMEOUT_MS,
  });
  if (!(await side.ready())) throw new Error('the sidecar is not ready');
  await host.start();
  started = true;
};

const app = createApp({
  logger,
  metrics,
  host,
  ...(config.ACTOR_PUBLIC_KEYS !== undefined && { actors: actorVerifier(config.ACTOR_PUBLIC_KEYS) }),
  sidecarToken: config.APP_API_TOKEN,
  callers: callersOf(config),
  faults: faultInjectionIfEnabled(config, false),
  ready: async () => {
    if (!started) throw new Error('the sidecar or a database does not answer yet');
    await Promise.all([pool.query('select 1'), mongodb.db?.admin().ping()]);
  },
});

listen(app, {
  host: config.HOST,
  port: config.PORT,
  logger,
  onClosed: async () => {
    await host.stop();
    await Promise.all([mongodb.close(), pool.end(), services.close(), side.close()]);
  },
});
void retryForever(start, (error) => logger.warn({ err: error }, 'not started yet; it is tried again'));
