import { setTimeout as wait } from 'node:timers/promises';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** Does a task until it succeeds, with waits that double. */
export const retried = async (
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): Promise<void> => {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await task();
    } catch (error) {
      onError(error);
      await wait(waitMs);
    }
  }
};
