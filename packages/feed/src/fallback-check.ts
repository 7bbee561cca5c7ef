import { idlePause, type IdlePauseOptions } from '@bankside/std';

/**
 * The time until the next multiple of the longest `firstMs · 2ⁿ` that is no longer than the pause, and half of that at least:
 * checks of one process happen at the same moments, and those of replicas at others.
 */
const aligned = (pauseMs: number, firstMs: number): number => {
  const every = firstMs * 2 ** Math.floor(Math.log2(pauseMs / firstMs));
  const left = every - (performance.now() % every);
  return left < every / 2 ? left + every : left;
};

/** Repeats a check in case a notification was lost: seldom while nothing happens. */
export const fallbackCheck = (
  pauses: IdlePauseOptions,
  check: () => Promise<void>,
  onError: (error: unknown) => void,
) => {
  const pause = idlePause(pauses, () => performance.now());
  let timer: NodeJS.Timeout | undefined;
  let timerMs = 0;
  let checking: Promise<void> | undefined;
  let stopped = false;

  const checkAfter = (ms: number): void => {
    if (stopped) return;
    clearTimeout(timer);
    timerMs = ms;
    timer = setTimeout(() => {
      timer = undefined;
      checking = check()
        .catch((error: unknown) => {
          pause.active();
          onError(error);
        })
        .finally(() => checkAfter(aligned(pause.ms(), pauses.firstMs)));
    }, ms);
  };

  return {
    /** Checks at once, and from then on. */
    start: (): void => checkAfter(0),
    /** To be called after an activity or an error: the next check follows soon, and the ones after it. */
    soon: (): void => {
      pause.active();
      if (timer !== undefined && timerMs > 2 * pauses.firstMs)
        checkAfter(aligned(pauses.firstMs, pauses.firstMs));
    },
    /** Resolves once the current check has ended. */
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      await checking;
    },
  };
};
