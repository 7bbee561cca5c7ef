/** Reads at most once within `freshMs`, however many callers there are; all of them get the same reading. */
export const sharedReading = <T>(
  read: () => Promise<T>,
  { freshMs, now }: Readonly<{ freshMs: number; now: () => number }>,
): (() => Promise<T>) => {
  let last: Promise<T> | undefined;
  let readAt = 0;
  return () => {
    if (last === undefined || now() >= readAt + freshMs) {
      readAt = now();
      const reading = read();
      last = reading;
      reading.catch(() => {
        if (last === reading) last = undefined;
      });
    }
    return last;
  };
};
