import { join } from 'node:path';
import { invoker, sidecar, subscriptionRoutes } from '@bankside/dapr';
import { installConsumer } from '@bankside/feed';
import {
  activitiesOf,
  createSagaWorker,
  registerSearchAttributes,
  serviceCaller,
} from '@bankside/saga/worker';
import { callersOf } from '@bankside/auth';
import {
  createLogger,
  createMetrics,
  databaseConfig,
  serviceApp,
  logDeliveryProblem,
  sidecarConfig,
  pullFeed,
  readConfig,
  retryForever,
  temporalConfig,
  temporalConnectionOptions,
} from '@bankside/runtime';
import { listen } from '@bankside/http';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { Pool } from 'pg';
import { z } from 'zod';
import { orderStarts } from './order-starts';
import { temporalLogger } from './temporal-logger';
import { observeWorker } from './worker-metrics';
import * as sagas from './workflows';

const NAME = 'worker';
const POOL_CONNECTIONS = 4;

const config = readConfig(process.env, {
  ...databaseConfig,
  ...temporalConfig,
  WORKFLOW_BUNDLE: z.string().default(join(__dirname, 'workflow-bundle.cjs')),
});
const namespace = config.TEMPORAL_NAMESPACE;
const logger = createLogger(NAME, config.LOG_LEVEL);
const metrics = createMetrics(NAME);
const own = sidecarConfig(config);
const side = sidecar(own);
const dapr = invoker(own);
const pool = new Pool({ connectionString: config.DATABASE_URL, max: POOL_CONNECTIONS });
pool.on('error', (error) => logger.warn({ err: error }, 'a database connection was lost'));
Runtime.install({ logger: temporalLogger(logger), shutdownSignals: [] });

let connection: NativeConnection | undefined;
let client: Client | undefined;
let worker: Worker | undefined;
let ended: Promise<void> | undefined;

const orders = orderStarts({
  pool,
  pull: pullFeed(dapr.invoke, 'orders'),
  client: () => client,
  onError: (error) => logger.error({ err: error }, 'starting sagas failed; the consumer retries'),
});

const start = async (): Promise<void> => {
  if (!(await side.ready())) throw new Error('the sidecar is not ready');
  await installConsumer(pool);
  connection ??= await NativeConnection.connect(temporalConnectionOptions(config));
  await registerSearchAttributes(connection, namespace);
  worker = await createSagaWorker({
    connection,
    namespace,
    workflowBundle: { codePath: config.WORKFLOW_BUNDLE },
    activities: activitiesOf(sagas, serviceCaller(dapr.invoke)),
  });
  client = new Client({ connection, namespace });
  ended = worker.run();
  ended.catch((error: unknown) => {
    logger.fatal({ err: error }, 'the Temporal worker failed');
    process.exit(1); // The supervisor restarts the process.
  });
  orders.start();
};

const app = serviceApp({
  logger,
  metrics,
  sidecarToken: config.APP_API_TOKEN,
  callers: callersOf(config),
  rawBodyRouters: [subscriptionRoutes({ orders: orders.deliver }, logDeliveryProblem(logger))],
  routes: {},
  ready: async () => {
    if (client === undefined) throw new Error('not connected to the sidecar, the database or Temporal yet');
    await pool.query('select 1');
  },
});

observeWorker(metrics, () => worker);
listen(app, {
  host: config.HOST,
  port: config.PORT,
  logger,
  onClosed: async () => {
    await orders.stop();
    worker?.shutdown();
    await ended;
    await connection?.close();
    await Promise.all([dapr.close(), side.close(), pool.end()]);
  },
});
void retryForever(start, (error) => logger.warn({ err: error }, 'the start failed; the worker retries'));
