import type { Message } from './decider';

/** Commits asked for in one read. */
const PAGE_COMMITS = 500;

type Historian<E> = Readonly<{
  history: (
    id: string,
    after: number,
    limit: number,
  ) => Promise<readonly Readonly<{ events: readonly E[] }>[]>;
}>;

/** Folds over every event of a stream from its first on, page by page: for what a state need not remember. */
export const foldHistory = async <E extends Message, T>(
  { history }: Historian<E>,
  id: string,
  initial: T,
  step: (folded: T, event: E) => T,
): Promise<T> => {
  let folded = initial;
  for (let after = 0; ; after += PAGE_COMMITS) {
    const commits = await history(id, after, PAGE_COMMITS);
    folded = commits.flatMap(({ events }) => events).reduce(step, folded);
    if (commits.length < PAGE_COMMITS) return folded;
  }
};
