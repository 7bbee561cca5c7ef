import type { EventEnvelope } from '@bankside/contracts';
import { byPartition } from '@bankside/feed';
import { setTimeout as sleep } from 'node:timers/promises';
import { activeVersion, type Writers } from './active-version';
import type { CheckpointWaiter } from './checkpoint-waiter';
import type { ProjectionFeeds } from './feeds';
import type { LeaseManager } from './lease-manager';
import { type ProjectionStore } from './stores/store';
import { type Projection, leaseName, type ProjectionVersion } from './projection';
import type { VersionCache } from './versions';

/** After this long a delivery is not acknowledged. The feeds still have the events. */
const DELIVERY_MS = 5_000;
/** Between two attempts to catch up. */
const RETRY_MS = 50;

/** The writer of one partition of a version in this process. */
export type LocalWriter = Readonly<{
  isLive: () => boolean;
  deliver: (source: string, events: readonly EventEnvelope[], upTo: number) => Promise<void>;
  catchUp: (sources: readonly string[]) => Promise<void>;
}>;

export type DeliveryOptions = Readonly<{
  projections: readonly Projection[];
  versions: VersionCache;
  writer: (version: ProjectionVersion, partition: number) => LocalWriter | undefined;
  leases: Pick<LeaseManager, 'notify'>;
  feeds: ProjectionFeeds;
  storeOf: (projection: Projection) => ProjectionStore;
  checkpointWaiter: CheckpointWaiter;
}>;

type Batch = Readonly<{ source: string; partition: number; events: readonly EventEnvelope[] }>;

const batchesOf = (source: string, events: readonly EventEnvelope[]): readonly Batch[] =>
  [...byPartition(events)].map(([partition, batch]) => ({ source, partition, events: batch }));

/** Retries, since an owner or this replica may have just started. @throws the last error after `timeoutMs` */
const retryUntil = async (timeoutMs: number, work: (leftMs: number) => Promise<void>): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await work(deadline - performance.now());
    } catch (error) {
      if (performance.now() + RETRY_MS > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
};

/** Brings events to the writers of all projections, in this process or another one. */
export const delivery = (options: DeliveryOptions) => {
  const { projections, versions, leases, feeds, storeOf, checkpointWaiter } = options;

  const writersOf = (version: ProjectionVersion): Writers<LocalWriter> =>
    Array.from({ length: feeds.partitions(version.projection) }, (_, partition) =>
      options.writer(version, partition),
    );
  const { writable, readable, withActiveVersion } = activeVersion({ versions, writersOf });

  const waitForRemote = async (
    version: ProjectionVersion,
    { source, partition, upTo }: Readonly<{ source: string; partition: number; upTo: number }>,
    deadline: number,
  ): Promise<void> => {
    const lease = leaseName(version, partition);
    await leases.notify({ about: 'events', lease, source, partition, upTo });
    await checkpointWaiter.waitFor(version, `${source}/${partition}`, upTo, deadline);
  };

  const deliverBatch = async (
    version: ProjectionVersion,
    { source, partition, events }: Batch,
    deadline: number,
  ): Promise<void> => {
    const upTo = events.reduce((highest, event) => Math.max(highest, event.feedposition), 0);
    const local = options.writer(version, partition);
    await (local
      ? local.deliver(source, events, upTo)
      : waitForRemote(version, { source, partition, upTo }, deadline));
  };

  const catchUpRemotely = async (
    version: ProjectionVersion,
    sources: readonly string[],
    deadline: number,
  ): Promise<void> => {
    const checkpoints = await storeOf(version.projection).checkpoints(version);
    const wanted = feeds.all(version.projection).filter(({ source }) => sources.includes(source));
    await Promise.all(
      wanted.map(async ({ source, partition, feedPartition, pull }) => {
        const after = checkpoints.get(feedPartition)?.position ?? 0;
        const { head } = await pull({ partition, after, limit: 1, flushed: true });
        if (head > after) await waitForRemote(version, { source, partition, upTo: head }, deadline);
      }),
    );
  };

  return {
    /**
     * The handler of the broker's subscription to `source`. Resolves when every projection of the source has stored the
     * events; rejects when one has not within five seconds, so that the broker redelivers.
     */
    deliver:
      (source: string) =>
      async (events: readonly EventEnvelope[]): Promise<void> => {
        const batches = batchesOf(source, events);
        const targets = projections.filter(({ sources }) => (sources as readonly string[]).includes(source));
        const results = await Promise.allSettled(
          targets.flatMap((projection) =>
            batches.map((batch) =>
              withActiveVersion(
                () => writable(projection),
                DELIVERY_MS,
                (version, deadline) => deliverBatch(version, batch, deadline),
              ),
            ),
          ),
        );
        const failed = results.find((result) => result.status === 'rejected');
        if (failed) throw failed.reason;
      },
    /**
     * Resolves when the projection has everything that these sources had committed when this was called.
     * @throws StaleReadError, or the error of an owner that does not respond, after `timeoutMs`
     */
    catchUp: (projection: Projection, sources: readonly string[], timeoutMs: number): Promise<void> =>
      retryUntil(timeoutMs, (leftMs) =>
        withActiveVersion(
          () => readable(projection),
          leftMs,
          async (version, deadline) => {
            const writers = writersOf(version);
            if (writers.every((one) => one?.isLive()))
              await Promise.all(writers.map(async (one) => one?.catchUp(sources)));
            else await catchUpRemotely(version, sources, deadline);
          },
        ),
      ),
  };
};

export type Delivery = ReturnType<typeof delivery>;
