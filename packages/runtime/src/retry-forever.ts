import { backoff } from '@bankside/std';
import { setTimeout as wait } from 'node:timers/promises';

const BACKOFF = { firstMs: 100, longestMs: 5_000 };

/** Runs a task until it succeeds, with pauses that double up to five seconds. `onError` receives every failure. */
export const retryForever = async (
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): Promise<void> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await task();
    } catch (error) {
      onError(error);
      await wait(backoff(attempt, BACKOFF));
    }
  }
};
