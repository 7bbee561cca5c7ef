/** Lets a loop wait until there is work. A notification between two waits is kept. */
export const signal = () => {
  let notified = false;
  let stopped = false;
  let wake: (() => void) | undefined;
  let ignoring = false;

  const pause = async (ms: number): Promise<void> => {
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
    notify: (): void => {
      notified = true;
      if (!ignoring) wake?.();
    },
    /** Ends the current wait, and every later one at once. */
    stop: (): void => {
      stopped = true;
      wake?.();
    },
    /** Resolves on a notification, or after `ms`. @returns whether it was notified */
    wait: async (ms: number): Promise<boolean> => {
      if (!notified && !stopped) await pause(ms);
      const woken = notified;
      notified = false;
      return woken;
    },
    /** Resolves after `ms` without an end by a notification, which is kept: for the pause between retries or batches. */
    sleep: async (ms: number): Promise<void> => {
      if (stopped || ms === 0) return;
      ignoring = true;
      await pause(ms);
      ignoring = false;
    },
  };
};
