import { deliveryLog, parkEvents, type DeliveryLog, type OperatedConsumer, type Pull } from '@bankside/feed';
import type { Connection } from 'mongoose';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { checkpointWaiter } from './checkpoint-waiter';
import { delivery } from './delivery';
import { projectionFeeds, type ProjectionFeeds } from './feeds';
import { fencedStore } from './fenced-store';
import { projectionLag } from './lag';
import { leaseManager, type LeaseManager, type ReplicaNotification } from './lease-manager';
import { type OnApplied, versionWriter } from './version-writer';
import { operatedConsumer } from './operated-consumer';
import { promote } from './promote';
import { projectionQueries } from './queries';
import { rebuildProgress } from './rebuild';
import { replayRequests } from './replay';
import { documentsPerCommandOf, mongoStore } from './stores/mongo';
import { postgresStore } from './stores/postgres';
import { type ProjectionStore } from './stores/store';
import { supervisor, type WriterJob } from './supervisor';
import { handlerOf, type Projection, versionName, type ProjectionVersion } from './projection';
import { versionCache, type VersionCache, versionRegistry, type VersionRegistry } from './versions';

export type ProjectionHostOptions = Readonly<{
  projections: readonly Projection[];
  /** Of the service's own database: checkpoints, versions, leases, and the projections kept in PostgreSQL. */
  pool: Pool;
  /** The same database, for the connection that holds the leases. */
  connectionString: string;
  /** Need not be open before `start`. */
  mongo: Connection;
  /** Reads the feed of a source. */
  pull: (source: string) => Pull;
  clock: () => Date;
  logger: Logger;
  /** Runs before each batch of events is applied to a live version. */
  beforeApply?: () => Promise<void>;
}>;

type Parts = Readonly<{
  versions: VersionCache;
  registry: VersionRegistry;
  leases: LeaseManager;
  feeds: ProjectionFeeds;
  storeOf: (projection: Projection) => ProjectionStore;
  deliveries: DeliveryLog;
  clock: () => Date;
  beforeApply: (() => Promise<void>) | undefined;
  onError: (error: unknown, where: Readonly<{ projection: string; source?: string }>) => void;
}>;

/** Whether reading a document costs more than confirming the lease of its writer. */
const isReadFromMemory = ({ store }: Projection): boolean => store === 'mongodb';

/** The store of a version for its writer. */
const storeFor = (store: ProjectionStore, { version, lease }: WriterJob): ProjectionStore =>
  isReadFromMemory(version.projection) ? fencedStore(store, lease) : store;

/** Reports the progress of a version that is being built, and promotes it once it has caught up. */
const buildSteps = (parts: Parts, job: WriterJob) => {
  const { version, lease } = job;
  const { versions, registry, leases, feeds, storeOf, onError } = parts;
  const { projection, number } = version;
  let promoting = false;
  let saved = Promise.resolve();
  return {
    isPromoting: () => promoting,
    ...rebuildProgress((progress) => {
      saved = saved // So that an older progress does not replace a newer one.
        .then(() => registry.saveProgress(projection.name, number, progress))
        .catch((error: unknown) => onError(error, { projection: projection.name }));
    }),
    onCaughtUp: async (): Promise<boolean> => {
      const from = versions.active(projection);
      if (from === undefined) return false;
      promoting = true;
      try {
        const store = storeFor(storeOf(projection), job);
        return await promote({ from, to: version, leases, registry, store, feeds, lease });
      } finally {
        promoting = false;
      }
    },
  };
};

/** Records when a projection applied events, unless none of them has an effect on it. */
const recorderOf =
  ({ deliveries, clock }: Parts, projection: Projection): OnApplied =>
  ({ feedPartition, from, to, events }, how) => {
    if (!events.some((event) => handlerOf(projection, event))) return;
    const [source = '', partition] = feedPartition.split('/');
    deliveries.add({
      consumer: projection.name,
      source,
      partition: Number(partition),
      first: from + 1,
      last: to,
      at: clock().toISOString(),
      how,
    });
  };

const writerStarter =
  (parts: Parts, replayOf: (version: ProjectionVersion) => ReturnType<typeof replayRequests>) =>
  async (job: WriterJob) => {
    const { version, record, lease } = job;
    const { projection } = version;
    const store = parts.storeOf(projection);
    try {
      await store.install(version);
    } catch (error) {
      await lease.release();
      throw error;
    }
    const { isPromoting, ...building } = buildSteps(parts, job);
    const writer = versionWriter({
      version,
      lease,
      store: storeFor(store, job),
      feeds: parts.feeds,
      clock: parts.clock,
      beforeApply: parts.beforeApply,
      replayRequests: replayOf(version),
      ...(record.state === 'building' && { building }),
      onApplied: recorderOf(parts, projection),
      onError: (error, source) =>
        parts.onError(error, { projection: projection.name, ...(source !== undefined && { source }) }),
    });
    return { ...writer, isPromoting };
  };

/**
 * One replica of a service that keeps projections. Replicas share the work: each version is written by the one that
 * holds its lease, and every replica reads all projections. They write equally many versions.
 */
export const projectionHost = (options: ProjectionHostOptions) => {
  const { projections, pool, connectionString, mongo, clock, logger, beforeApply } = options;
  const registry = versionRegistry(pool);
  const versions = versionCache(projections, registry);
  const feeds = projectionFeeds(options.pull);
  let documentsPerCommand = 1;
  const stores = {
    mongodb: mongoStore(
      { connection: mongo, documentsPerCommand: () => documentsPerCommand },
      (version, parked) => parkEvents(pool, versionName(version), parked),
    ),
    postgres: postgresStore(pool),
  };
  const storeOf = ({ store }: Projection) => stores[store];
  const onError: Parts['onError'] = (error, where) =>
    logger.error({ err: error, ...where }, 'a projection could not be updated; retrying');
  const leases = leaseManager({
    connectionString,
    onNotification: (notification) => onNotification(notification),
    onError: (error) => logger.warn({ err: error }, 'lost the connection that holds the leases'),
  });

  const deliveries = deliveryLog(pool, (error) =>
    logger.warn({ err: error }, 'times of deliveries could not be recorded'),
  );
  const parts: Parts = {
    versions,
    registry,
    leases,
    feeds,
    storeOf,
    deliveries,
    clock,
    beforeApply,
    onError,
  };
  const startWriter = writerStarter(parts, (version) => replayRequests({ pool, feeds, version }));
  const supervised = supervisor({ ...parts, startWriter });
  const { deliver, catchUp } = delivery({
    projections,
    versions,
    writer: supervised.writer,
    leases,
    feeds,
    storeOf,
    checkpointWaiter: checkpointWaiter(({ projection }) => storeOf(projection)),
  });
  const lag = projectionLag({ versions, feeds, storeOf, clock });

  const consumers = projections.map((projection) =>
    operatedConsumer({ projection, versions, lag, leases, pool }),
  );

  const onNotification = (notification: ReplicaNotification): void => {
    if (notification.about === 'versions') return supervised.reconcile();
    if (notification.about === 'lease') return supervised.onRequest(notification);
    const writer = supervised.writerNamed(notification.version);
    if (notification.about === 'replay') return void writer?.replay().catch(() => undefined); // The writer polls for requests as well.
    const { source, partition, upTo } = notification;
    writer?.advanceTo(source, partition, upTo).catch(() => undefined); // The waiting replica polls the checkpoint.
  };

  return {
    deliver,
    catchUp,
    writers: supervised.writers,
    /** For the operator routes of the service. */
    consumers,
    /** Those whose active version this replica writes, for gauges whose sum over the replicas counts each once. */
    writtenConsumers: (): readonly OperatedConsumer[] =>
      consumers.filter((_consumer, index) => {
        const active = versions.active(projections[index]!);
        return active !== undefined && supervised.writer(active) !== undefined;
      }),
    queries: (projection: Projection) =>
      projectionQueries({
        projection,
        versions,
        storeOf,
        writer: (version) => (isReadFromMemory(projection) ? supervised.writer(version) : undefined),
      }),
    operations: { projections, versions, registry, leases, lag, feeds, storeOf, pool },
    /** Creates tables and first versions, then writes whatever no other replica writes. */
    start: async (): Promise<void> => {
      documentsPerCommand = await documentsPerCommandOf(mongo);
      for (const projection of projections) await registry.ensure(projection);
      await versions.refresh();
      for (const { projection, active } of versions.all())
        if (active?.definitionVersion === projection.version)
          await storeOf(projection).install({ projection, number: active.number });
      leases.start();
      supervised.start();
    },
    /** Finishes the batches in progress and releases the leases. */
    stop: async (): Promise<void> => {
      await supervised.stop();
      await leases.stop();
      await deliveries.stop();
    },
  };
};

export type ProjectionHost = ReturnType<typeof projectionHost>;
