import { setTimeout as wait } from 'node:timers/promises';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Runs a task until it succeeds, with pauses that double. `onError` receives every failure. */
export const retryForever = async (
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): Promise<void> => {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await task();
    } catch (error) {
      onError(error);
      await wait(pauseMs);
    }
  }
};
