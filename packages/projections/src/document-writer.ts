import type { FeedPartition, PartitionBatch, StoredDocument } from './checkpoints';
import { documentCache } from './document-cache';
import { applyEvents, groupByDocument } from './fold';
import type { ProjectionVersion } from './projection';
import type { Change, CommitOutcome, ProjectionStore } from './stores/store';

/** Lost races against another writer before a batch fails. */
const MAX_ATTEMPTS = 10;

type DocumentWriterOptions = Readonly<{ version: ProjectionVersion; store: ProjectionStore }>;

/**
 * Folds events into the documents of a version. Its only writer: documents that change often are in memory, and those are
 * trusted until a `rev` guard fails.
 */
export const documentWriter = ({ version, store }: DocumentWriterOptions) => {
  const { projection } = version;
  const cache = documentCache();

  const load = async (keys: readonly string[]): Promise<readonly StoredDocument[]> => {
    const cached = keys.flatMap((key) => cache.known(key) ?? []);
    const found = new Set(cached.map(({ key }) => key));
    const missing = keys.filter((key) => !found.has(key));
    return missing.length === 0 ? cached : [...cached, ...(await store.load(version, missing))];
  };

  const commit = async (change: Change): Promise<CommitOutcome> => {
    cache.beginWrite(change.changed);
    const outcome = await store.commit(version, change);
    cache.endWrite(change.changed, outcome.done && outcome.moved.length === 0);
    return outcome;
  };

  const attempt = async (batches: readonly PartitionBatch[]): Promise<CommitOutcome> => {
    const { groups, parked } = groupByDocument(
      projection,
      batches.flatMap(({ events }) => events),
    );
    const documents = await load([...groups.keys()]);
    const results = documents.map((before) => ({
      before,
      ...applyEvents(projection, before, groups.get(before.key)!),
    }));
    const changed = results.flatMap(({ before, stored }) => (stored === before ? [] : stored));
    return commit({
      changed,
      parked: [...parked, ...results.flatMap((result) => result.parked)],
      moves: batches.map(({ feedPartition, from, to }) => ({ feedPartition, from, to })),
    });
  };

  return {
    /** @returns the feed partitions whose checkpoint another writer has moved: it has applied those events */
    apply: async (batches: readonly PartitionBatch[]): Promise<readonly FeedPartition[]> => {
      const moved = new Set<FeedPartition>();
      try {
        for (let tries = 0; tries < MAX_ATTEMPTS; tries += 1) {
          const outcome = await attempt(batches.filter(({ feedPartition }) => !moved.has(feedPartition)));
          for (const feedPartition of outcome.moved) moved.add(feedPartition);
          if (outcome.done) return [...moved];
        }
      } catch (error) {
        cache.clear(); // The commit may have stored any of the documents.
        throw error;
      }
      throw new Error(`${projection.name}: lost ${MAX_ATTEMPTS} races against other writers`);
    },
    /** Changes one document outside the feed's order. @returns false when another writer was faster */
    change: async (key: string, change: (stored: StoredDocument) => StoredDocument): Promise<boolean> => {
      const [stored] = await store.load(version, [key]);
      cache.delete(key);
      const after = change(stored!);
      if (after === stored) return true;
      const { done } = await commit({ changed: [after], moves: [], parked: [] });
      return done;
    },
    /** Reads a document as it is stored now, from memory if it is there. `rev` is 0 if it is not stored. */
    read: async (key: string): Promise<StoredDocument> => {
      const current = cache.current(key);
      if (current) return current;
      const load = cache.beginLoad(key);
      const [stored] = await store.load(version, [key]);
      cache.endLoad(load, stored!);
      return stored!;
    },
    /** Forgets the documents in memory, after others have written. */
    forget: cache.clear,
  };
};

export type DocumentWriter = ReturnType<typeof documentWriter>;
