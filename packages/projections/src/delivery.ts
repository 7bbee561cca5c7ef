import { withTimeout } from '@bankside/std';
import { StaleReadError } from './checkpoints';
import type { ProjectionStore } from './stores/store';
import { type Projection, type ProjectionVersion, versionName } from './projection';
import type { VersionCache } from './versions';
import type { EventEnvelope } from '@bankside/contracts';
import { lastPositions } from '@bankside/feed';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckpointWaiter } from './checkpoint-waiter';
import type { ProjectionFeeds } from './feeds';
import type { LeaseManager } from './lease-manager';

/** How long one attempt waits for another replica before the active version is looked up again. */
const ATTEMPT_MS = 500;

/** `deadline` is a time of the monotonic clock. */
const beforeDeadline = async (work: Promise<void>, deadline: number): Promise<void> => {
  const ms = Math.max(0, deadline - performance.now());
  await withTimeout(work, ms, () => new StaleReadError(`not done in ${Math.round(ms)} ms`));
};

type ActiveVersionOptions<Writer> = Readonly<{
  versions: VersionCache;
  /** The writer of the version in this process. */
  writerOf: (version: ProjectionVersion) => Writer | undefined;
}>;

/** The version of each projection that readers use. */
export const activeVersion = <Writer>({ versions, writerOf }: ActiveVersionOptions<Writer>) => {
  /** The active version, unless it was built by another definition than this process has. */
  const writable = (projection: Projection): ProjectionVersion | undefined => {
    const { active } = versions.of(projection);
    return active?.definitionVersion === projection.version
      ? { projection, number: active.number }
      : undefined;
  };

  /** @throws StaleReadError before the first version exists */
  const readable = (projection: Projection): ProjectionVersion => {
    const version = versions.active(projection);
    if (version === undefined) throw new StaleReadError(`${projection.name} does not exist yet`);
    return version;
  };

  /**
   * Runs `work` with the active version. Runs it again when that version or its local writer changed meanwhile, by a
   * promotion or a lease that moved.
   * @throws StaleReadError after `timeoutMs`
   */
  const withActiveVersion = async (
    find: () => ProjectionVersion | undefined,
    timeoutMs: number,
    work: (version: ProjectionVersion, deadline: number) => Promise<void>,
  ): Promise<void> => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const version = find();
      if (version === undefined) return;
      const writer = writerOf(version);
      try {
        return await beforeDeadline(
          work(version, Math.min(deadline, performance.now() + ATTEMPT_MS)),
          deadline,
        );
      } catch (error) {
        if (performance.now() >= deadline) throw error;
        await versions.refresh();
        const unchanged = find()?.number === version.number && writerOf(version) === writer;
        if (unchanged && !(error instanceof StaleReadError)) throw error;
      }
    }
  };

  return { writable, readable, withActiveVersion };
};

/** After this long a delivery is not acknowledged. The feeds still have the events. */
const DELIVERY_MS = 5_000;
/** Between two attempts to catch up. */
const RETRY_MS = 50;

/** The writer of a version in this process. */
type LocalWriter = Readonly<{
  isLive: () => boolean;
  deliver: (source: string, events: readonly EventEnvelope[]) => Promise<void>;
  catchUp: (sources: readonly string[]) => Promise<void>;
}>;

type DeliveryOptions = Readonly<{
  projections: readonly Projection[];
  versions: VersionCache;
  writer: (version: ProjectionVersion) => LocalWriter | undefined;
  leases: Pick<LeaseManager, 'notify'>;
  feeds: ProjectionFeeds;
  storeOf: (projection: Projection) => ProjectionStore;
  checkpointWaiter: CheckpointWaiter;
}>;

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
  const { projections, versions, writer: writerOf, leases, feeds, storeOf, checkpointWaiter } = options;
  const { writable, readable, withActiveVersion } = activeVersion({ versions, writerOf });

  const waitForRemote = async (
    version: ProjectionVersion,
    { source, partition, upTo }: Readonly<{ source: string; partition: number; upTo: number }>,
    deadline: number,
  ): Promise<void> => {
    await leases.notify({ about: 'events', version: versionName(version), source, partition, upTo });
    await checkpointWaiter.waitFor(version, `${source}/${partition}`, upTo, deadline);
  };

  const deliverTo = async (
    version: ProjectionVersion,
    { source, events }: Readonly<{ source: string; events: readonly EventEnvelope[] }>,
    deadline: number,
  ): Promise<void> => {
    const local = writerOf(version);
    if (local) return local.deliver(source, events);
    const last = [...lastPositions(events)];
    await Promise.all(
      last.map(([partition, upTo]) => waitForRemote(version, { source, partition, upTo }, deadline)),
    );
  };

  const catchUpRemotely = async (
    version: ProjectionVersion,
    sources: readonly string[],
    deadline: number,
  ): Promise<void> => {
    const [checkpoints, wanted] = await Promise.all([
      storeOf(version.projection).checkpoints(version),
      feeds.of(sources),
    ]);
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
        const targets = projections.filter(({ sources }) => (sources as readonly string[]).includes(source));
        const results = await Promise.allSettled(
          targets.map((projection) =>
            withActiveVersion(
              () => writable(projection),
              DELIVERY_MS,
              (version, deadline) => deliverTo(version, { source, events }, deadline),
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
            const writer = writerOf(version);
            if (writer?.isLive()) await writer.catchUp(sources);
            else await catchUpRemotely(version, sources, deadline);
          },
        ),
      ),
  };
};

export type Delivery = ReturnType<typeof delivery>;
