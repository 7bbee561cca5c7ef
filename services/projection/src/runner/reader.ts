import type { Generation, ListPage, ListRequest, ViewStore } from '../store/port';
import type { View } from '../view';
import type { Directory } from './directory';
import { Behind } from './waiting';

/** What a replica knows of generations may be so old when it finds nothing: the one that it read may be dropped by now. */
const TRUSTED_MS = 1_000;

export type ReaderOptions = Readonly<{
  view: View;
  directory: Directory;
  storeOf: (view: View) => ViewStore;
}>;

/** Reads a view, whichever of its generations is the one to be read. */
export const reader = ({ view, directory, storeOf }: ReaderOptions) => {
  const current = async (): Promise<Generation> => {
    const known = directory.active(view);
    if (known) return known;
    await directory.refresh();
    const active = directory.active(view);
    if (active === undefined) throw new Behind(`${view.name} is not there yet`);
    return active;
  };

  /** Asks again if nothing was found in what has been replaced meanwhile, or if that could not even be asked any more. */
  const ask = async <T>(
    question: (generation: Generation) => Promise<T>,
    isNothing: (answer: T) => boolean,
  ): Promise<T> => {
    const generation = await current();
    const asked = question(generation);
    const answer = await asked.catch(() => undefined);
    if (answer !== undefined && !isNothing(answer)) return answer;
    await directory.refreshIfOlder(TRUSTED_MS);
    const now = await current();
    return now.number === generation.number ? asked : question(now);
  };

  const store = storeOf(view);
  return {
    get: (key: string): Promise<object | undefined> =>
      ask(
        (generation) => store.get(generation, key),
        (document) => document === undefined,
      ),
    list: (request: ListRequest): Promise<ListPage> =>
      ask(
        (generation) => store.list(generation, request),
        ({ documents }) => documents.length === 0,
      ),
  };
};

export type Reader = ReturnType<typeof reader>;
