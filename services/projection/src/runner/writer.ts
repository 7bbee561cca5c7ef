import type { Generation, Outcome, Run, ViewStore } from '../store/port';
import { documentCache } from './cache';
import { byKey, withEvents, type Place, type Stored } from './document';

/** Documents kept in memory, so that what changes often is not read before each change. */
const CACHED_DOCUMENTS = 10_000;
/** Rounds against another writer before the caller is told to try later. */
const ATTEMPTS = 10;

export type WriterOptions = Readonly<{ generation: Generation; store: ViewStore }>;

/** Folds events into the documents of a generation. For its only writer: it trusts what it has in memory until a guard says no. */
export const writer = ({ generation, store }: WriterOptions) => {
  const { view } = generation;
  const cache = documentCache(CACHED_DOCUMENTS);

  const documentsOf = async (keys: readonly string[]): Promise<readonly Stored[]> => {
    const cached = keys.flatMap((key) => cache.get(key) ?? []);
    const names = new Set(cached.map(({ key }) => key));
    const others = keys.filter((key) => !names.has(key));
    return others.length === 0 ? cached : [...cached, ...(await store.load(generation, others))];
  };

  const round = async (runs: readonly Run[]): Promise<Outcome> => {
    const { groups, letters: unclear } = byKey(
      view,
      runs.flatMap(({ events }) => events),
    );
    const documents = await documentsOf([...groups.keys()]);
    const folded = documents.map((before) => ({
      before,
      ...withEvents(view, before, groups.get(before.key)!),
    }));
    const changed = folded.flatMap(({ before, stored }) => (stored === before ? [] : stored));
    const outcome = await store.commit(generation, {
      changed,
      letters: [...unclear, ...folded.flatMap(({ letters }) => letters)],
      moves: runs.map(({ place, from, to }) => ({ place, from, to })),
    });
    if (outcome.stored) for (const stored of changed) cache.set({ ...stored, rev: stored.rev + 1 });
    cache.drop(outcome.lost); // They are read again in the next round.
    return outcome;
  };

  return {
    /** @returns the places whose position was no longer there: somebody else has applied those events */
    apply: async (runs: readonly Run[]): Promise<readonly Place[]> => {
      const moved = new Set<Place>();
      try {
        for (let tries = 0; tries < ATTEMPTS; tries += 1) {
          const outcome = await round(runs.filter(({ place }) => !moved.has(place)));
          for (const place of outcome.moved) moved.add(place);
          if (outcome.done) return [...moved];
        }
      } catch (error) {
        cache.clear(); // What was written is not known.
        throw error;
      }
      throw new Error(`${view.name}: other writers won ${ATTEMPTS} times`);
    },
    /** Changes one document otherwise than by events that follow. @returns false when another writer was faster */
    change: async (key: string, to: (stored: Stored) => Promise<Stored> | Stored): Promise<boolean> => {
      const [stored] = await store.load(generation, [key]);
      cache.drop([key]);
      const after = await to(stored!);
      if (after === stored) return true;
      const { done } = await store.commit(generation, { changed: [after], moves: [], letters: [] });
      return done;
    },
  };
};

export type Writer = ReturnType<typeof writer>;
