import { jittered } from '@bankside/std';

/**
 * Repeats some work with a pause between the end of a run and the next, until it is stopped. An error does not end the
 * repetition.
 */
export const repeatedly = (pauseMs: number, onError: (error: unknown) => void, work: () => Promise<void>) => {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;
  const schedule = (ms: number): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = work()
        .catch(onError)
        .finally(() => schedule(jittered(pauseMs)));
    }, ms);
  };
  return {
    /** Idempotent. */
    start: (): void => {
      if (timer === undefined) schedule(0);
    },
    /** Resolves once the current run has ended. */
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
