/** Lets a loop wait until there is something to do. A poke between two waits is not forgotten. */
export const wakeUp = () => {
  let poked = false;
  let stopped = false;
  let wake: (() => void) | undefined;
  let deaf = false;

  const sleep = async (ms: number): Promise<void> => {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wake = undefined;
  };

  return {
    poke: (): void => {
      poked = true;
      if (!deaf) wake?.();
    },
    /** Ends the wait under way and every later one at once. */
    stop: (): void => {
      stopped = true;
      wake?.();
    },
    /** Resolves on a poke, at the latest after `ms`. */
    wait: async (ms: number): Promise<void> => {
      if (!poked && !stopped) await sleep(ms);
      poked = false;
    },
    /** Resolves after `ms`, whatever the pokes: between retries. */
    rest: async (ms: number): Promise<void> => {
      deaf = true;
      if (!stopped) await sleep(ms);
      deaf = false;
    },
  };
};

/** Waits between retries double up to the longest, and vary so that replicas do not retry in step. */
export const backoff = (attempt: number, firstMs: number, longestMs: number): number =>
  jittered(Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 20)));

/** A quarter more or less. */
export const jittered = (ms: number): number => ms * (0.75 + Math.random() / 2);
