import type { EventEnvelope } from '@bankside/contracts';
import type { DeliveredHow } from '@bankside/contracts/http/stories';
import { consumer, type Consumer, batchSpan, signal, topicOf } from '@bankside/feed';
import { withTimeout } from '@bankside/std';
import type { FeedPartition, PartitionBatch, StoredDocument } from './checkpoints';
import type { ConfirmableLease } from './lease-manager';
import type { ProjectionStore } from './stores/store';
import type { ProjectionFeeds, ProjectionFeed } from './feeds';
import { withSpan } from '@bankside/telemetry';
import { batchWriter, checkpointTracker, type CheckpointTracker } from './batch-writer';
import { bulkWriter, isEmpty } from './bulk-writer';
import { documentWriter, type DocumentWriter } from './document-writer';
import { rebuild, type RebuildStep } from './rebuild';
import type { ProjectionVersion } from './projection';

/** Called with a batch that is stored, and how the consumer received it. */
export type OnApplied = (batch: PartitionBatch, how: DeliveredHow) => void;

type LiveSubscriptionOptions = Readonly<{
  sources: readonly string[];
  feeds: Pick<ProjectionFeeds, 'pull'>;
  positionOf: (feedPartition: FeedPartition) => Promise<number>;
  apply: (batch: PartitionBatch) => Promise<void>;
  onApplied?: OnApplied | undefined;
  beforeApply?: (() => Promise<void>) | undefined;
  clock: () => Date;
  onError: (error: unknown, source: string) => void;
}>;

/** Keeps a version current: applies what the broker delivers and pulls what it lost. */
const liveSubscription = (options: LiveSubscriptionOptions) => {
  const { sources, feeds, positionOf, apply, onApplied, beforeApply, clock, onError } = options;
  const consumers = new Map<string, Consumer>(
    sources.map((source) => [
      source,
      consumer({
        source,
        pull: feeds.pull(source),
        sink: {
          position: (partition) => positionOf(`${source}/${partition}`),
          apply: async (partition, events, { from, to, how }) => {
            await beforeApply?.();
            const batch = { feedPartition: `${source}/${partition}`, from, to, events };
            await apply(batch);
            onApplied?.(batch, how);
          },
        },
        now: clock,
        onError: (error) => onError(error, source),
      }),
    ]),
  );
  for (const one of consumers.values()) one.start();

  return {
    /** Resolves when the events are stored. */
    deliver: async (source: string, events: readonly EventEnvelope[]): Promise<void> =>
      consumers.get(source)?.deliver(events),
    /** Resolves when everything up to `upTo` is stored. */
    advanceTo: async (source: string, partition: number, upTo: number): Promise<void> =>
      consumers.get(source)?.advanceTo(partition, upTo),
    /** Resolves when everything is stored that these sources had committed when this was called. */
    catchUp: async (wanted: readonly string[]): Promise<void> => {
      await Promise.all(wanted.map(async (source) => consumers.get(source)?.catchUp()));
    },
    stop: async (): Promise<void> => {
      await Promise.all([...consumers.values()].map((one) => one.stop()));
    },
  };
};

type LiveSubscription = ReturnType<typeof liveSubscription>;

/** Between two attempts after an error. */
const RETRY_MS = 1_000;
/** How often requested replays are looked up, in case a notification is lost. */
const REPLAY_EVERY_MS = 10_000;
/** How long a read waits for the confirmation of the lease, before it reads the store instead. */
const CONFIRM_MS = 250;

/**
 * Feeds grow while a version is rebuilt and indexed, so the rebuild passes over them again until at most this many events
 * were left: few enough to catch up on while writers pause for the promotion.
 */
const LAST_PASS_EVENTS = 1_000;
/** After the indexes are created. Against feeds that grow as fast as they are read. */
const MAX_PASSES = 10;

const notConfirmed = (): Error => new Error('the database of the leases does not respond');

type VersionWriterOptions = Readonly<{
  version: ProjectionVersion;
  /** The right to write; nothing starts without it. */
  lease: ConfirmableLease;
  store: ProjectionStore;
  feeds: ProjectionFeeds;
  /** Applies dead letters whose replay was requested. */
  replayRequests: (writer: DocumentWriter) => Promise<void>;
  /** For a version that is not active yet. */
  building?: Readonly<{
    onStep: (steps: readonly RebuildStep[]) => void;
    /** Called when the history is written, before its indexes are created. */
    onIndexing: () => void;
    /** Called at the heads of the feeds. @returns whether this writer has nothing left to do */
    onCaughtUp: () => Promise<boolean>;
  }>;
  clock: () => Date;
  /** Runs before each batch of events is applied to a live version. */
  beforeApply?: (() => Promise<void>) | undefined;
  onApplied?: OnApplied | undefined;
  onError: (error: unknown, source?: string) => void;
}>;

const withPositions = (feeds: readonly ProjectionFeed[], { positionOf }: CheckpointTracker) =>
  Promise.all(feeds.map(async (feed) => ({ ...feed, position: await positionOf(feed.feedPartition) })));

/** Makes the span of each batch. */
const traced =
  ({ projection: { name } }: ProjectionVersion, apply: DocumentWriter['apply']): DocumentWriter['apply'] =>
  (batches) => {
    const topics = new Set(batches.map(({ feedPartition }) => feedPartition.split('/')[0]!).map(topicOf));
    const events = batches.flatMap((batch) => batch.events);
    return withSpan('viewUpdate', batchSpan(name, [...topics].join(' '), events, name), () => apply(batches));
  };

type RebuilderOptions = Pick<
  VersionWriterOptions,
  'version' | 'store' | 'feeds' | 'building' | 'onApplied' | 'onError'
> &
  Readonly<{
    checkpoints: CheckpointTracker;
    exclusive: ReturnType<typeof batchWriter>['exclusive'];
    mayContinue: () => boolean;
  }>;

/** Resolves when the version has all events and its indexes, or may not continue. */
const rebuildToHeads = async (options: RebuilderOptions): Promise<void> => {
  const { version, store, feeds, building, onApplied, onError } = options;
  const { checkpoints, exclusive, mayContinue } = options;
  const { sources } = version.projection;
  /** An active version stays current in the sources that respond. One that is being built needs all of them. */
  const onUnreadable = building === undefined ? onError : undefined;
  const bulk = bulkWriter({ version, store, empty: await isEmpty(version, store) });
  let events = 0;
  const apply = async (applied: readonly PartitionBatch[]): Promise<void> => {
    await exclusive(() => bulk.apply(applied));
    events += applied.reduce((sum, batch) => sum + batch.events.length, 0);
    if (building === undefined) for (const batch of applied) onApplied?.(batch, 'pulled');
  };
  const pass = async (): Promise<number> => {
    events = 0;
    await checkpoints.reload();
    const starts = await withPositions(await feeds.of(sources, onUnreadable), checkpoints);
    const onStep = building?.onStep ?? (() => undefined);
    await rebuild({ feeds: starts, apply, mayContinue, onStep, onUnreadable });
    await exclusive(bulk.flush);
    await checkpoints.reload();
    return events;
  };
  await pass();
  if (!mayContinue()) return;
  building?.onIndexing();
  await store.createIndexes(version);
  if (building === undefined) return;
  for (let left = MAX_PASSES; left > 0 && mayContinue() && (await pass()) > LAST_PASS_EVENTS; left -= 1);
};

/**
 * Writes a version while the lease is held: rebuilds to the heads of the feeds, then stays live. One writer applies all
 * partitions of all sources, because events of any of them may change the same document.
 */
export const versionWriter = (options: VersionWriterOptions) => {
  const { version, lease, store, replayRequests, building, onError } = options;
  const { sources } = version.projection;
  const documents = documentWriter({ version, store });
  const checkpoints = checkpointTracker(version, store);
  const batches = batchWriter(checkpoints.tracking(traced(version, documents.apply)));
  const wake = signal();
  let live: LiveSubscription | undefined;
  /** Whether no write of an earlier writer can change a document any more that this one has in memory. */
  let alone = false;
  let stopped = false;
  const mayContinue = (): boolean => lease.isHeld() && !stopped;

  const replay = (): Promise<void> => batches.exclusive(() => replayRequests(documents));

  /** Until the lease ends or the writer is stopped. */
  const stayLive = async (): Promise<void> => {
    documents.forget(); // The rebuild has written them.
    const subscription = liveSubscription({
      ...options,
      sources,
      positionOf: checkpoints.positionOf,
      apply: batches.apply,
    });
    live = subscription;
    // A write of an earlier writer that is still under way has events that were published before this lease, or a replay
    // that was requested before it. Once this writer has applied those as well, that write has no effect.
    const keepUp = async (): Promise<void> => {
      await replay();
      if (!alone) await subscription.catchUp(sources);
      alone = true;
    };
    try {
      while (mayContinue()) {
        await keepUp().catch(onError);
        await wake.wait(REPLAY_EVERY_MS);
      }
    } finally {
      live = undefined;
      alone = false;
      await subscription.stop();
    }
  };

  const work = async (): Promise<boolean> => {
    await rebuildToHeads({ ...options, checkpoints, exclusive: batches.exclusive, mayContinue });
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
    /** Whether it has rebuilt to the heads of its feeds. */
    isLive: (): boolean => live !== undefined,
    /** Resolves when the events are stored. During a rebuild they are dropped, and read from the feed. */
    deliver: async (source: string, events: readonly EventEnvelope[]): Promise<void> => {
      if (live) return live.deliver(source, events);
      await Promise.race([checkpoints.waitFor(source, events), rejectAtEnd()]);
    },
    /** Pulls what is missing up to a position; during a rebuild it will be read anyway. */
    advanceTo: async (source: string, partition: number, upTo: number): Promise<void> =>
      live?.advanceTo(source, partition, upTo),
    /** @throws Error during a rebuild */
    catchUp: async (sources: readonly string[]): Promise<void> => {
      if (!live) throw new Error(`${version.projection.name} is being rebuilt`);
      await live.catchUp(sources);
    },
    /**
     * Reads a document as it was stored at some moment after this call, from memory if it is there.
     * @returns undefined while that is not certain
     */
    read: async (key: string): Promise<StoredDocument | undefined> => {
      if (!alone) return undefined;
      const held = await withTimeout(lease.confirm(), CONFIRM_MS, notConfirmed).then(
        () => true,
        () => false,
      );
      return held && alone ? documents.read(key) : undefined;
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
