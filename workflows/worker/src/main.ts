import {
  activitiesOf,
  createSagaWorker,
  MissingSearchAttributes,
  registerSearchAttributes,
  serviceCaller,
} from '@bankside/saga/worker';
import {
  deliveryRoutes,
  operatorRoutes,
  readConfig,
  serviceApp,
  serviceRuntime,
  temporalConnectionOptions,
  watchConsumers,
  witnessedPulls,
} from '@bankside/runtime';
import { eventKeys } from '@bankside/dapr';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { workerConfig } from './config';
import { orderStarts } from './order-starts';
import { temporalLogger } from './temporal-logger';
import { observeWorker } from './worker-metrics';
import * as sagas from './workflows';

const NAME = 'worker';
const POOL_CONNECTIONS = 4;

const config = readConfig(process.env, workerConfig);
const namespace = config.TEMPORAL_NAMESPACE;
const runtime = serviceRuntime({ name: NAME, config, poolConnections: POOL_CONNECTIONS });
const { logger, metrics, pool, invoke } = runtime;
Runtime.install({ logger: temporalLogger(logger), shutdownSignals: [] });

let connection: NativeConnection | undefined;
let client: Client | undefined;
let worker: Worker | undefined;
let ended: Promise<void> | undefined;

const orders = orderStarts({
  pool,
  pull: witnessedPulls(runtime)('orders'),
  client: () => client,
  onError: (error) => logger.error({ err: error }, 'starting sagas failed; the consumer retries'),
});

const operated = { pool, consumers: () => [orders], keys: eventKeys(config.EVENT_PUBLIC_KEYS) };

const start = async (): Promise<void> => {
  connection ??= await NativeConnection.connect(temporalConnectionOptions(config));
  await registerSearchAttributes(connection, namespace, (error) =>
    logger.warn({ err: error }, 'search attributes may not be registered by this worker; all of them exist'),
  ).catch((error: unknown) => {
    if (!(error instanceof MissingSearchAttributes)) throw error;
    logger.fatal({ err: error }, error.message);
    process.exit(1); // Retrying does not help.
  });
  worker = await createSagaWorker({
    connection,
    namespace,
    workflowBundle: { codePath: config.WORKFLOW_BUNDLE },
    activities: activitiesOf(sagas, serviceCaller(invoke)),
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
  ...runtime.shell,
  rawBodyRouters: [deliveryRoutes(runtime, { orders: orders.deliver })],
  routes: operatorRoutes(operated),
  ready: async () => {
    if (client === undefined) throw new Error('not connected to the sidecar, the database or Temporal yet');
    await pool.query('select 1');
  },
});

observeWorker(metrics, () => worker);
watchConsumers(metrics, operated);
runtime.listen(app, {
  start,
  close: async () => {
    await orders.stop();
    worker?.shutdown();
    await ended;
    await connection?.close();
  },
});
