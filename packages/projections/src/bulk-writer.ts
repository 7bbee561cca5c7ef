import type {
  Change,
  ProjectionVersion,
  CheckpointMove,
  PartitionBatch,
  ProjectionStore,
} from './stores/store';
import {
  groupByDocument,
  newDocument,
  applyEvents,
  type ParkedEvent,
  type FeedPartition,
  type StoredDocument,
} from './fold';
import { keyFilter } from './key-filter';

/** Documents in memory that wait to be written. Together with the next it bounds memory and what a crash repeats. */
const WAITING_DOCUMENTS = 20_000;
const WAITING_EVENTS = 200_000;
/** How long anything waits, even if it is little: a view whose position does not move looks stuck. */
const WAITING_MS = 10_000;
/** Documents that stay in memory after they were written. */
const KEPT_DOCUMENTS = 20_000;
/** Documents that are written at once. */
const WRITTEN_TOGETHER = 2_000;

/** Somebody else writes the generation as well. */
export class ConcurrentWriterError extends Error {
  override name = 'NotAlone';
}

/** Whether nothing was ever written. Documents without positions are what a crash leaves. */
export const isEmpty = async (version: ProjectionVersion, store: ProjectionStore): Promise<boolean> => {
  if ((await store.checkpoints(version)).size > 0) return false;
  for await (const { key } of store.scan(version)) return key === undefined;
  return true;
};

export type BulkWriterOptions = Readonly<{
  version: ProjectionVersion;
  store: ProjectionStore;
  empty: boolean;
  now?: () => number;
}>;

/**
 * Folds many events before it writes anything, so that a document is written once for all that happened to it. For a
 * generation that is far behind; a crash goes back to the last positions that were written.
 * @param empty nothing is stored yet, so a document that was not written here is new and need not be looked for
 */
export const bulkWriter = ({ version, store, empty, now = () => performance.now() }: BulkWriterOptions) => {
  const { projection } = version;
  const written = empty ? keyFilter() : undefined;
  const waiting = new Map<string, StoredDocument>();
  const kept = new Map<string, StoredDocument>();
  const moves = new Map<FeedPartition, CheckpointMove>();
  let letters: ParkedEvent[] = [];
  let events = 0;
  let writtenAt = now();

  const keep = (stored: StoredDocument): void => {
    kept.delete(stored.key);
    kept.set(stored.key, stored);
    written?.add(stored.key);
    if (kept.size <= KEPT_DOCUMENTS) return;
    const oldest = kept.keys().next();
    if (!oldest.done) kept.delete(oldest.value);
  };

  const documentsOf = async (keys: readonly string[]): Promise<readonly StoredDocument[]> => {
    const known = keys.flatMap((key) => waiting.get(key) ?? kept.get(key) ?? []);
    const names = new Set(known.map(({ key }) => key));
    const others = keys.filter((key) => !names.has(key));
    const stored = others.filter((key) => written?.mayHave(key) ?? true);
    const fresh = others.filter((key) => !(written?.mayHave(key) ?? true));
    const loaded = stored.length === 0 ? [] : await store.load(version, stored);
    return [...known, ...loaded, ...fresh.map((key) => newDocument(projection, key))];
  };

  const commit = async (change: Partial<Change>): Promise<void> => {
    const whole = { changed: [], parked: [], moves: [], ...change };
    const outcome = await store.commit(version, whole);
    const others = [...outcome.lost, ...outcome.moved];
    if (!outcome.done || others.length > 0)
      throw new ConcurrentWriterError(`${projection.name}: ${others.join(', ')}`);
    for (const stored of whole.changed) keep({ ...stored, rev: stored.rev + 1 });
  };

  /**
   * Letters come first: a document drops events that it has seen, so nobody could tell again what it lacks. Positions
   * come last: a crash before them repeats what the documents have already, which they drop.
   */
  const flush = async (): Promise<void> => {
    if (letters.length > 0) await commit({ parked: letters });
    const changed = [...waiting.values()];
    for (let start = 0; start < changed.length; start += WRITTEN_TOGETHER)
      await commit({ changed: changed.slice(start, start + WRITTEN_TOGETHER) });
    await commit({ moves: [...moves.values()] });
    waiting.clear();
    moves.clear();
    letters = [];
    events = 0;
    writtenAt = now();
  };

  const enoughWaits = (): boolean =>
    waiting.size >= WAITING_DOCUMENTS || events >= WAITING_EVENTS || now() - writtenAt >= WAITING_MS;

  const fold = async (run: PartitionBatch): Promise<void> => {
    const { groups, letters: unclear } = groupByDocument(projection, run.events);
    letters.push(...unclear);
    for (const before of await documentsOf([...groups.keys()])) {
      const folded = applyEvents(projection, before, groups.get(before.key)!);
      letters.push(...folded.letters);
      if (folded.stored === before) continue;
      waiting.set(before.key, folded.stored);
      kept.delete(before.key);
    }
  };

  return {
    /** Takes runs; writes when enough is waiting. */
    apply: async (runs: readonly PartitionBatch[]): Promise<void> => {
      for (const run of runs) {
        await fold(run);
        const { feedPartition, from, to } = run;
        moves.set(feedPartition, { feedPartition, from: moves.get(feedPartition)?.from ?? from, to });
        events += run.events.length;
      }
      if (enoughWaits()) await flush();
    },
    /** Writes what is waiting. */
    flush: async (): Promise<void> => {
      if (moves.size > 0) await flush();
    },
  };
};

export type BulkWriter = ReturnType<typeof bulkWriter>;
