/** Counts events whose effect is in a view, and wakes whoever waits for a number of them. */
export const arrivals = () => {
  let count = 0;
  let waiting: Readonly<{ target: number; resolve: () => void }> | undefined;
  return {
    add: (events: number): void => {
      count += events;
      if (waiting && count >= waiting.target) waiting.resolve();
    },
    /** Resolves once that many more have come. Ask before they are sent. @throws when it takes too long */
    next: (events: number, withinMs: number): Promise<void> => {
      const target = count + events;
      return new Promise((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`Of ${events} events ${target - count} have not come in ${withinMs} ms.`)),
          withinMs,
        );
        waiting = {
          target,
          resolve: () => {
            clearTimeout(late);
            resolve();
          },
        };
      });
    },
  };
};
export type Arrivals = ReturnType<typeof arrivals>;
