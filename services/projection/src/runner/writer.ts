import type { Generation, Outcome, Run, ViewStore } from '../store/port';
import { documentCache } from './cache';
import { byKey, unstored, withEvents, type Place, type Stored } from './document';

/** Documents kept in memory, so that what changes often is not read before each change. */
const CACHED_DOCUMENTS = 10_000;
/** Rounds against another writer before the caller is told to try later. */
const ATTEMPTS = 10;
/** While a new generation is filled, documents that are not in memory are taken for new, unless this part of them was not. */
const KNOWN_SHARE = 0.2;

export type WriterOptions = Readonly<{
  generation: Generation;
  store: ViewStore;
  /** Nobody reads this generation yet, so most documents that are not in memory do not exist. */
  filling?: boolean;
}>;

/** Folds events into the documents of a generation. For its only writer: it trusts what it has in memory until a guard says no. */
export const writer = ({ generation, store, filling = false }: WriterOptions) => {
  const { view } = generation;
  const cache = documentCache(CACHED_DOCUMENTS);
  let guesses = filling;

  const documentsOf = async (keys: readonly string[], doubtful: ReadonlySet<string>) => {
    const cached = keys.flatMap((key) => cache.get(key) ?? []);
    const names = new Set(cached.map(({ key }) => key));
    const others = keys.filter((key) => !names.has(key));
    const read = guesses ? others.filter((key) => doubtful.has(key)) : others;
    const guessed = guesses ? others.filter((key) => !doubtful.has(key)) : [];
    const loaded = read.length === 0 ? [] : await store.load(generation, read);
    return [...cached, ...loaded, ...guessed.map((key) => unstored(view, key))];
  };

  /** One try. `doubtful` are the keys of documents that another writer has changed before. */
  const round = async (runs: readonly Run[], doubtful: ReadonlySet<string>): Promise<Outcome> => {
    const { groups, letters: unclear } = byKey(
      view,
      runs.flatMap(({ events }) => events),
    );
    const documents = await documentsOf([...groups.keys()], doubtful);
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
    cache.drop(outcome.lost);
    if (outcome.lost.length > changed.length * KNOWN_SHARE) guesses = false;
    return outcome;
  };

  return {
    /** @returns the places whose position was no longer there: somebody else has applied those events */
    apply: async (runs: readonly Run[]): Promise<readonly Place[]> => {
      const moved = new Set<Place>();
      const doubtful = new Set<string>();
      try {
        for (let tries = 0; tries < ATTEMPTS; tries += 1) {
          const outcome = await round(
            runs.filter(({ place }) => !moved.has(place)),
            doubtful,
          );
          for (const place of outcome.moved) moved.add(place);
          for (const key of outcome.lost) doubtful.add(key);
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
