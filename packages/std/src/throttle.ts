/** @returns whether `intervalMs` have passed since the last time that this returned true for the key */
export const throttle = (intervalMs: number, now: () => number): ((key: string) => boolean) => {
  const passedAt = new Map<string, number>();
  return (key) => {
    if (now() - (passedAt.get(key) ?? -Infinity) < intervalMs) return false;
    passedAt.set(key, now());
    return true;
  };
};
