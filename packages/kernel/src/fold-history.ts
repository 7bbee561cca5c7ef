/** Commits per read. */
const PAGE_COMMITS = 500;

type History<E> = Readonly<{
  history: (
    id: string,
    after: number,
    limit: number,
  ) => Promise<readonly Readonly<{ events: readonly E[] }>[]>;
}>;

/** Folds every event of a stream, page by page, for data that the state no longer has. */
export const foldHistory = async <E, Result>(
  { history }: History<E>,
  id: string,
  initial: Result,
  step: (folded: Result, event: E) => Result,
): Promise<Result> => {
  let folded = initial;
  for (let after = 0; ; after += PAGE_COMMITS) {
    const commits = await history(id, after, PAGE_COMMITS);
    folded = commits.flatMap(({ events }) => events).reduce(step, folded);
    if (commits.length < PAGE_COMMITS) return folded;
  }
};
