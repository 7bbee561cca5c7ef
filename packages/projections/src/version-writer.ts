import type { EventEnvelope } from '@bankside/contracts';
import { signal, type Lease } from '@bankside/feed';
import { batchWriter } from './batch-writer';
import { bulkWriter, isEmpty } from './bulk-writer';
import { checkpointTracker } from './checkpoint-tracker';
import { documentWriter, type DocumentWriter } from './document-writer';
import type { ProjectionFeeds } from './feeds';

import { liveSubscription, type LiveSubscription } from './live';
import { rebuild, type RebuildStep } from './rebuild';
import type { ProjectionStore } from './stores/store';
import type { PartitionBatch } from './checkpoints';
import type { ProjectionVersion } from './projection';

/** Between two attempts after an error. */
const RETRY_MS = 1_000;
/** How often requested replays are looked up, in case a notification is lost. */
const REPLAY_EVERY_MS = 2_000;

/**
 * Feeds grow while a version is rebuilt, so the rebuild passes over them again until at most this many events were
 * left: few enough to catch up on while writers pause for the promotion.
 */
const LAST_PASS_EVENTS = 1_000;
/** Against feeds that grow as fast as they are read. */
const MAX_PASSES = 10;

export type VersionWriterOptions = Readonly<{
  version: ProjectionVersion;
  partition: number;
  /** The right to write; nothing starts without it. */
  lease: Lease;
  store: ProjectionStore;
  feeds: ProjectionFeeds;
  /** Applies dead letters whose replay was requested. */
  replayRequests: (writer: DocumentWriter, partition: number) => Promise<void>;
  /** For a version that is not active yet. */
  building?: Readonly<{
    onStep: (steps: readonly RebuildStep[]) => void;
    /** Called at the heads of the feeds. @returns whether this writer has nothing left to do */
    onCaughtUp: () => Promise<boolean>;
  }>;
  onError: (error: unknown, source?: string) => void;
}>;

/** Writes one partition of a version while the lease is held: rebuilds to the heads of the feeds, then stays live. */
export const versionWriter = (options: VersionWriterOptions) => {
  const { version, partition, lease, store, feeds, replayRequests, building, onError } = options;
  const documents = documentWriter({ version, store });
  const checkpoints = checkpointTracker(version, store);
  const batches = batchWriter(checkpoints.tracking(documents.apply));
  const wake = signal();
  let live: LiveSubscription | undefined;
  let stopped = false;
  const mayContinue = (): boolean => lease.isHeld() && !stopped;

  const replay = (): Promise<void> => batches.exclusive(() => replayRequests(documents, partition));

  const rebuildToHeads = async (): Promise<void> => {
    const bulk = bulkWriter({ version, store, empty: await isEmpty(version, store) });
    let events = 0;
    const apply = async (applied: readonly PartitionBatch[]): Promise<void> => {
      await batches.exclusive(() => bulk.apply(applied));
      events += applied.reduce((sum, batch) => sum + batch.events.length, 0);
    };
    const pass = async (): Promise<number> => {
      events = 0;
      await checkpoints.reload();
      const starts = await Promise.all(
        feeds
          .ofPartition(version.projection, partition)
          .map(async (feed) => ({ ...feed, position: await checkpoints.positionOf(feed.feedPartition) })),
      );
      await rebuild({ feeds: starts, apply, mayContinue, onStep: building?.onStep ?? (() => undefined) });
      await batches.exclusive(bulk.flush);
      await checkpoints.reload();
      return events;
    };
    const passes = building === undefined ? 1 : MAX_PASSES;
    for (let left = passes; left > 0 && mayContinue() && (await pass()) > LAST_PASS_EVENTS; left -= 1);
  };

  /** Until the lease ends or the writer is stopped. */
  const stayLive = async (): Promise<void> => {
    live = liveSubscription({
      feeds: feeds.ofPartition(version.projection, partition),
      positionOf: checkpoints.positionOf,
      apply: batches.apply,
      onError,
    });
    try {
      while (mayContinue()) {
        await replay().catch(onError);
        await wake.wait(REPLAY_EVERY_MS);
      }
    } finally {
      const last = live;
      live = undefined;
      await last.stop();
    }
  };

  const work = async (): Promise<boolean> => {
    await rebuildToHeads();
    if (!mayContinue()) return true;
    if (building !== undefined) return building.onCaughtUp();
    await stayLive();
    return true;
  };

  const run = async (): Promise<void> => {
    while (mayContinue()) {
      try {
        if (await work()) break;
      } catch (error) {
        onError(error);
      }
      await wake.wait(RETRY_MS);
    }
    await lease.release();
  };

  lease.onEnd(wake.notify);
  const ended = run();
  const rejectAtEnd = async (): Promise<never> => {
    await ended;
    throw new Error(`${version.projection.name} is no longer written here`);
  };

  return {
    version,
    partition,
    /** Whether it has rebuilt to the heads of its feeds. */
    isLive: (): boolean => live !== undefined,
    /** Resolves when everything up to `upTo` is stored. During a rebuild the events are dropped, and read from the feed. */
    deliver: async (source: string, events: readonly EventEnvelope[], upTo: number): Promise<void> => {
      if (live) await live.deliver(source, events, upTo);
      else await Promise.race([checkpoints.waitFor(`${source}/${partition}`, upTo), rejectAtEnd()]);
    },
    /** @throws Error during a rebuild */
    catchUp: async (sources: readonly string[]): Promise<void> => {
      if (!live) throw new Error(`${version.projection.name} is being rebuilt`);
      await live.catchUp(sources);
    },
    /** Applies dead letters whose replay was requested. */
    replay,
    /** Finishes the batch in progress and releases the lease. */
    stop: async (): Promise<void> => {
      stopped = true;
      wake.stop();
      await ended;
    },
    ended,
  };
};
