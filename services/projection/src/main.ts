import { eventKeys } from '@bankside/dapr';
import {
  deliveryRoutes,
  readConfig,
  requireDatabase,
  serviceRuntime,
  watchConsumers,
  witnessedPulls,
} from '@bankside/runtime';
import { createConnection } from 'mongoose';
import { projectionHost, registerProjectionMetrics } from '@bankside/projections';
import { createApp } from './app';
import { projectionConfig } from './config';
import { poisonable } from './poisonable';
import { requireMongodb } from './require-mongodb';
import { views } from './views';

/** Connections of one replica: queries and writers. */
const MONGODB_CONNECTIONS = 32;
const MONGODB_IDLE_MS = 60_000;
const POSTGRESQL_CONNECTIONS = 10;
/** How long a query waits for a MongoDB that does not respond. */
const MONGODB_TIMEOUT_MS = 2_000;
const MONGODB_CONNECT_TIMEOUT_MS = 10_000;
/** Longer than any operation takes; the driver repeats a read once. */
const MONGODB_OPERATION_TIMEOUT_MS = 10_000;

const config = readConfig(process.env, projectionConfig);
const runtime = serviceRuntime({
  name: 'projection',
  config,
  poolConnections: POSTGRESQL_CONNECTIONS,
  faults: 'views',
});
const { logger, metrics, pool } = runtime;
const mongodb = createConnection();
mongodb.on('error', (error: unknown) => logger.warn({ err: error }, 'MongoDB does not respond'));

const host = projectionHost({
  projections: runtime.faults ? views.map(poisonable(runtime.faults)) : views,
  pool,
  connectionString: config.DATABASE_URL,
  mongo: mongodb,
  pull: witnessedPulls(runtime),
  clock: () => new Date(),
  logger,
  ...(runtime.faults && { beforeApply: runtime.faults.beforeViews }),
});
registerProjectionMetrics(metrics, host);
watchConsumers(metrics, { pool, consumers: host.writtenConsumers, all: () => host.consumers });

let started = false;
const start = async (): Promise<void> => {
  await mongodb.openUri(config.MONGODB_URL, {
    bufferCommands: false,
    ignoreUndefined: true,
    maxPoolSize: MONGODB_CONNECTIONS,
    maxIdleTimeMS: MONGODB_IDLE_MS,
    serverSelectionTimeoutMS: MONGODB_TIMEOUT_MS,
    connectTimeoutMS: MONGODB_CONNECT_TIMEOUT_MS,
    socketTimeoutMS: MONGODB_OPERATION_TIMEOUT_MS, // The network may drop a connection's packets and end it for neither end.
  });
  await host.start();
  started = true;
};

const app = createApp({
  ...runtime.shell,
  host,
  keys: eventKeys(config.EVENT_PUBLIC_KEYS),
  deliveryRoutes: (handlers) => deliveryRoutes(runtime, handlers),
  ready: async () => {
    if (!started) throw new Error('the sidecar or a database does not respond yet');
    await Promise.all([requireDatabase(pool), requireMongodb(mongodb)]);
  },
});

runtime.listen(app, {
  start,
  close: async () => {
    await host.stop();
    await mongodb.close();
  },
});
