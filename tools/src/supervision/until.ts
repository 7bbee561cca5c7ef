import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors';

export type Check = (signal: AbortSignal) => Promise<unknown>;

type UntilOptions = Readonly<{ what: string; timeoutMs: number; signal?: AbortSignal }>;

const FIRST_PAUSE_MS = 15;
const LONGEST_PAUSE_MS = 200;
/** A check that hangs, for example on a paused process, is given up and made again. */
const CHECK_MS = 2_000;

/** Repeats the check until it does not throw. */
export const until = async (check: Check, { what, timeoutMs, signal }: UntilOptions): Promise<void> => {
  const deadline = Date.now() + timeoutMs;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    signal?.throwIfAborted();
    try {
      await check(AbortSignal.timeout(CHECK_MS));
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`${what} was not ready within ${timeoutMs / 1000} s: ${messageOf(error)}`, {
          cause: error,
        });
      }
    }
    // When aborted, the next round throws the reason.
    await sleep(pause, undefined, { ...(signal && { signal }) }).catch(() => undefined);
    pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5);
  }
};
