/**
 * Runs `check` for many callers. Each caller's check begins after its call, so that it proves what was true then; callers
 * that come while one is under way share the next.
 */
export const sharedCheck = (check: () => Promise<void>): (() => Promise<void>) => {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  const begin = (): Promise<void> => {
    next = undefined;
    last = check();
    return last;
  };
  return () => {
    next ??= last.then(begin, begin);
    return next;
  };
};
