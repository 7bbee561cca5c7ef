import type { Clock } from './section';

/** A monotonic clock: adjusting the system time does not change a duration. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after: (ms) => {
    let timer: ReturnType<typeof setTimeout>;
    const done = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    return { done, clear: () => clearTimeout(timer) };
  },
};
