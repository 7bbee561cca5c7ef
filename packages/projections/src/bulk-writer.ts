import type { ParkedEvent } from '@bankside/feed';
import { LRUCache } from 'lru-cache';
import type { CheckpointMove, FeedPartition, PartitionBatch, StoredDocument } from './checkpoints';
import { newDocument, type Change, type ProjectionStore } from './stores/store';
import { applyEvents, groupByDocument } from './fold';
import { keyFilter } from './key-filter';
import type { ProjectionVersion } from './projection';

/** Documents and dead letters in memory before a flush. Bounds the memory. */
const PENDING_DOCUMENTS = 20_000;
const PENDING_DEAD_LETTERS = 10_000;
/** Longest time without a flush: bounds what a crash repeats. Each flush writes documents again that later events change. */
const FLUSH_EVERY_MS = 30_000;
/** Documents that stay in memory after they were written. */
const CACHED_DOCUMENTS = 20_000;
const DOCUMENTS_PER_COMMIT = 2_000;

/** Another writer writes the same version. */
export class ConcurrentWriterError extends Error {
  override name = 'ConcurrentWriterError';
}

/** Whether nothing was ever written. A crash can leave documents without a checkpoint. */
export const isEmpty = async (version: ProjectionVersion, store: ProjectionStore): Promise<boolean> => {
  if ((await store.checkpoints(version)).size > 0) return false;
  for await (const { key } of store.scan(version)) return key === undefined;
  return true;
};

/** Neighbours in the indexes are written together: otherwise each commit would change pages all over a large one. */
const byKey = (one: StoredDocument, other: StoredDocument): number => (one.key < other.key ? -1 : 1);

type BulkWriterOptions = Readonly<{
  version: ProjectionVersion;
  store: ProjectionStore;
  /** Nothing is stored yet, so a document that this writer has not written is new and need not be loaded. */
  empty: boolean;
  now?: () => number;
}>;

/**
 * Folds many events in memory before it writes, so that a document is written once for all of them. For a version that
 * is far behind. A crash goes back to the last flushed checkpoints.
 */
export const bulkWriter = ({ version, store, empty, now = () => performance.now() }: BulkWriterOptions) => {
  const { projection } = version;
  const written = empty ? keyFilter() : undefined;
  const pending = new Map<string, StoredDocument>();
  const cache = new LRUCache<string, StoredDocument>({ max: CACHED_DOCUMENTS });
  const moves = new Map<FeedPartition, CheckpointMove>();
  let parked: ParkedEvent[] = [];
  let flushedAt = now();

  const load = async (keys: readonly string[]): Promise<readonly StoredDocument[]> => {
    const known = keys.flatMap((key) => pending.get(key) ?? cache.get(key) ?? []);
    const found = new Set(known.map(({ key }) => key));
    const missing = keys.filter((key) => !found.has(key));
    const stored = missing.filter((key) => written?.mayHave(key) ?? true);
    const fresh = missing.filter((key) => !(written?.mayHave(key) ?? true));
    const loaded = stored.length === 0 ? [] : await store.load(version, stored);
    return [...known, ...loaded, ...fresh.map((key) => newDocument(projection, key))];
  };

  const commit = async (part: Partial<Change>): Promise<void> => {
    const change = { changed: [], parked: [], moves: [], ...part };
    const outcome = await store.commit(version, change);
    const others = [...outcome.lost, ...outcome.moved];
    if (!outcome.done || others.length > 0)
      throw new ConcurrentWriterError(`${projection.name}: ${others.join(', ')}`);
    for (const stored of change.changed) {
      cache.set(stored.key, { ...stored, rev: stored.rev + 1 });
      written?.add(stored.key);
    }
  };

  /**
   * Dead letters first: a document drops events that it has seen, so what it lacks could not be found again. Checkpoints
   * last: a crash before them repeats events that the documents drop.
   */
  const flush = async (): Promise<void> => {
    if (parked.length > 0) await commit({ parked });
    const changed = [...pending.values()].toSorted(byKey);
    for (let start = 0; start < changed.length; start += DOCUMENTS_PER_COMMIT)
      await commit({ changed: changed.slice(start, start + DOCUMENTS_PER_COMMIT) });
    await commit({ moves: [...moves.values()] });
    pending.clear();
    moves.clear();
    parked = [];
    flushedAt = now();
  };

  const mustFlush = (): boolean =>
    pending.size >= PENDING_DOCUMENTS ||
    parked.length >= PENDING_DEAD_LETTERS ||
    now() - flushedAt >= FLUSH_EVERY_MS;

  const fold = async (batch: PartitionBatch): Promise<void> => {
    const grouped = groupByDocument(projection, batch.events);
    parked.push(...grouped.parked);
    for (const before of await load([...grouped.groups.keys()])) {
      const result = applyEvents(projection, before, grouped.groups.get(before.key)!);
      parked.push(...result.parked);
      if (result.stored === before) continue;
      pending.set(before.key, result.stored);
      cache.delete(before.key);
    }
  };

  return {
    /** Folds the batches, and flushes when enough is pending. @throws ConcurrentWriterError */
    apply: async (batches: readonly PartitionBatch[]): Promise<void> => {
      for (const batch of batches) {
        await fold(batch);
        const { feedPartition, from, to } = batch;
        moves.set(feedPartition, { feedPartition, from: moves.get(feedPartition)?.from ?? from, to });
      }
      if (mustFlush()) await flush();
    },
    /** Writes what is pending. @throws ConcurrentWriterError */
    flush: async (): Promise<void> => {
      if (moves.size > 0) await flush();
    },
  };
};
