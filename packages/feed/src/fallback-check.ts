import { idlePause, jittered, type IdlePauseOptions } from '@bankside/std';

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
        .finally(() => checkAfter(jittered(pause.ms())));
    }, ms);
  };

  return {
    /** Checks at once, and from then on. */
    start: (): void => checkAfter(0),
    /** To be called after an activity or an error: the next check follows soon, and the ones after it. */
    soon: (): void => {
      pause.active();
      if (timer !== undefined && timerMs > 2 * pauses.firstMs) checkAfter(jittered(pauses.firstMs));
    },
    /** Resolves once the current check has ended. */
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      await checking;
    },
  };
};
