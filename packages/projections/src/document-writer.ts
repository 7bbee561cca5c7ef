import type { ProjectionVersion, CommitOutcome, PartitionBatch, ProjectionStore } from './stores/store';
import { documentCache } from './document-cache';
import { groupByDocument, applyEvents, type FeedPartition, type StoredDocument } from './fold';

/** Documents kept in memory, so that what changes often is not read before each change. */
const CACHED_DOCUMENTS = 10_000;
/** Rounds against another writer before the caller is told to try later. */
const ATTEMPTS = 10;

export type DocumentWriterOptions = Readonly<{ version: ProjectionVersion; store: ProjectionStore }>;

/** Folds events into the documents of a generation. For its only writer: it trusts what it has in memory until a guard says no. */
export const documentWriter = ({ version, store }: DocumentWriterOptions) => {
  const { projection } = version;
  const cache = documentCache(CACHED_DOCUMENTS);

  const documentsOf = async (keys: readonly string[]): Promise<readonly StoredDocument[]> => {
    const cached = keys.flatMap((key) => cache.get(key) ?? []);
    const names = new Set(cached.map(({ key }) => key));
    const others = keys.filter((key) => !names.has(key));
    return others.length === 0 ? cached : [...cached, ...(await store.load(version, others))];
  };

  const round = async (runs: readonly PartitionBatch[]): Promise<CommitOutcome> => {
    const { groups, letters: unclear } = groupByDocument(
      projection,
      runs.flatMap(({ events }) => events),
    );
    const documents = await documentsOf([...groups.keys()]);
    const folded = documents.map((before) => ({
      before,
      ...applyEvents(projection, before, groups.get(before.key)!),
    }));
    const changed = folded.flatMap(({ before, stored }) => (stored === before ? [] : stored));
    const outcome = await store.commit(version, {
      changed,
      parked: [...unclear, ...folded.flatMap(({ letters }) => letters)],
      moves: runs.map(({ feedPartition, from, to }) => ({ feedPartition, from, to })),
    });
    if (outcome.stored) for (const stored of changed) cache.set({ ...stored, rev: stored.rev + 1 });
    cache.drop(outcome.lost); // They are read again in the next round.
    return outcome;
  };

  return {
    /** @returns the places whose position was no longer there: somebody else has applied those events */
    apply: async (runs: readonly PartitionBatch[]): Promise<readonly FeedPartition[]> => {
      const moved = new Set<FeedPartition>();
      try {
        for (let tries = 0; tries < ATTEMPTS; tries += 1) {
          const outcome = await round(runs.filter(({ feedPartition }) => !moved.has(feedPartition)));
          for (const feedPartition of outcome.moved) moved.add(feedPartition);
          if (outcome.done) return [...moved];
        }
      } catch (error) {
        cache.clear(); // What was written is not known.
        throw error;
      }
      throw new Error(`${projection.name}: other writers won ${ATTEMPTS} times`);
    },
    /** Changes one document otherwise than by events that follow. @returns false when another writer was faster */
    change: async (
      key: string,
      to: (stored: StoredDocument) => Promise<StoredDocument> | StoredDocument,
    ): Promise<boolean> => {
      const [stored] = await store.load(version, [key]);
      cache.drop([key]);
      const after = await to(stored!);
      if (after === stored) return true;
      const { done } = await store.commit(version, { changed: [after], moves: [], parked: [] });
      return done;
    },
  };
};

export type DocumentWriter = ReturnType<typeof documentWriter>;
