export type IdlePauseOptions = Readonly<{ firstMs: number; longestMs: number }>;

/**
 * The pause before the next look for work of which no notification came: half the time since the last activity, within
 * bounds. So an idle process rarely polls, and a busy one soon notices a lost notification.
 */
export const idlePause = ({ firstMs, longestMs }: IdlePauseOptions, now: () => number) => {
  let activeAt = now();
  return {
    active: (): void => {
      activeAt = now();
    },
    ms: (): number => Math.min(longestMs, Math.max(firstMs, (now() - activeAt) / 2)),
  };
};
