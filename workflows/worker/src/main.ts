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
  readConsumerLag,
  requireDatabase,
  serviceApp,
  serviceRuntime,
  temporalConnectionOptions,
  watchConsumers,
  witnessedPulls,
} from '@bankside/runtime';
import { eventKeys } from '@bankside/dapr';
import type { SagaRecord } from '@bankside/saga/client';
import { deadLetters } from '@bankside/feed';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { consumerTrouble, MAX_DEAD_LETTERS } from './attention/consumer-trouble';
import { sagaFinisher } from './attention/finish';
import { heldRefund } from './attention/held-refunds';
import { holdOrders } from './attention/hold-orders';
import { attentionRegister } from './attention/register';
import { attentionRoutes } from './attention/routes';
import { sagaTrouble } from './attention/saga-trouble';
import { repeatedly } from './attention/repeatedly';
import { workerConfig } from './config';
import { sagaRecordRoutes, sagaRecords } from './saga-records';
import { sagaStarts, startSources } from './saga-starts';
import { temporalLogger } from './temporal-logger';
import { sdkMetrics } from './sdk-metrics';
import { observeWorker } from './worker-metrics';
import * as sagas from './workflows';

const NAME = 'worker';
const POOL_CONNECTIONS = 6; // Each source of saga starts holds one.
/** How soon what needs a person is recorded. */
const SAGA_SCAN_MS = 3_000;
const CONSUMER_SCAN_MS = 10_000;

const config = readConfig(process.env, workerConfig);
const namespace = config.TEMPORAL_NAMESPACE;
const runtime = serviceRuntime({ name: NAME, config, poolConnections: POOL_CONNECTIONS });
const { logger, metrics, pool, invoke } = runtime;

let ofSdk: Awaited<ReturnType<typeof sdkMetrics>> | undefined;
let connection: NativeConnection | undefined;
let client: Client | undefined;
let worker: Worker | undefined;
let ended: Promise<void> | undefined;

const pull = witnessedPulls(runtime);
const starts = new Map(
  startSources.map((source) => [
    source,
    sagaStarts({
      source,
      pool,
      pull: pull(source),
      client: () => client,
      onError: (error) => logger.error({ err: error, source }, 'starting sagas failed; the consumer retries'),
    }),
  ]),
);
const deliveries = Object.fromEntries([...starts].map(([source, { deliver }]) => [source, deliver]));

const operated = { pool, consumers: () => [...starts.values()], keys: eventKeys(config.EVENT_PUBLIC_KEYS) };

const register = attentionRegister(pool);
const records = sagaRecords(pool);
const recordSaga = async (record: SagaRecord): Promise<void> => {
  await records.store(record);
  await register.record(heldRefund(record));
};
const consumers = consumerTrouble({
  register,
  invoke,
  now: Date.now,
  own: async () => ({
    consumers: (await Promise.all([...starts.values()].map((one) => readConsumerLag(pool, one)))).flat(),
    ...(await deadLetters.list(pool, {
      consumers: [...starts.values()].map((one) => one.storedAs()),
      state: 'open',
      limit: MAX_DEAD_LETTERS,
    })),
  }),
});
const scanFailed = (error: unknown): void =>
  logger.warn({ err: error }, 'a scan for what needs a person failed; the next one repeats it');
const trouble = sagaTrouble({ register, now: Date.now, onError: scanFailed });
const scans = [
  repeatedly(SAGA_SCAN_MS, scanFailed, async () => {
    if (client === undefined) return;
    await trouble.scan(client);
    await holdOrders(register, invoke);
  }),
  repeatedly(CONSUMER_SCAN_MS, scanFailed, () => consumers.scan(scanFailed)),
];
const installSdk = async (): Promise<void> => {
  const installed = await sdkMetrics();
  Runtime.install({
    logger: temporalLogger(logger),
    shutdownSignals: [],
    telemetryOptions: { metrics: installed.exporter },
  });
  ofSdk = installed;
};

const start = async (): Promise<void> => {
  if (ofSdk === undefined) await installSdk();
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
    activities: activitiesOf(sagas, serviceCaller(invoke), recordSaga),
  });
  client = new Client({ connection, namespace });
  ended = worker.run();
  ended.catch((error: unknown) => {
    logger.fatal({ err: error }, 'the Temporal worker failed');
    process.exit(1); // The supervisor restarts the process.
  });
  for (const one of starts.values()) one.start();
  for (const scan of scans) scan.start();
};

const app = serviceApp({
  ...runtime.shell,
  moreMetrics: async () => ofSdk?.read().catch(() => '') ?? '',
  rawBodyRouters: [deliveryRoutes(runtime, deliveries)],
  routes: {
    ...operatorRoutes(operated),
    '/saga-records': sagaRecordRoutes(records),
    ...attentionRoutes({ pool, register, finisher: sagaFinisher(register, trouble, () => client) }),
  },
  ready: async () => {
    if (client === undefined) throw new Error('not connected to the sidecar, the database or Temporal yet');
    await requireDatabase(pool);
  },
});

observeWorker(metrics, { worker: () => worker, open: async () => (await register.counts()).open });
watchConsumers(metrics, operated);
runtime.listen(app, {
  start,
  close: async () => {
    await Promise.all([...starts.values(), ...scans].map((one) => one.stop()));
    worker?.shutdown();
    await ended;
    await connection?.close();
  },
});
