export type Settle<R> = Readonly<{ resolve: (result: R) => void; reject: (error: unknown) => void }>;

type BatchOptions<T> = Readonly<{
  /** Removes the next batch from the front of `waiting`; an empty one if no item can be sent now. */
  take: (waiting: T[]) => readonly T[];
  /** Settles every item of the batch or puts it back to the front with `first`. Never rejects. */
  run: (batch: readonly T[], first: (items: readonly T[]) => void) => Promise<void>;
  /** Concurrent batches. */
  inFlight: number;
}>;

/**
 * Batches items that arrive while all slots are busy, and sends them as soon as one is free. An idle queue sends at once.
 * The open requests of the process bound the queue.
 */
export const batches = <T>({ take, run, inFlight }: BatchOptions<T>) => {
  const waiting: T[] = [];
  let busy = 0;
  let scheduled = false;

  const start = async (batch: readonly T[]): Promise<void> => {
    await run(batch, (items) => void waiting.unshift(...items));
    busy -= 1;
    pump();
  };

  const pump = (): void => {
    while (busy < inFlight) {
      const batch = take(waiting);
      if (batch.length === 0) return;
      busy += 1;
      void start(batch);
    }
  };

  return (item: T): void => {
    waiting.push(item);
    if (scheduled) return;
    scheduled = true;
    // Runs after all readable sockets have been read, so that requests which arrived together share a batch.
    setImmediate(() => {
      scheduled = false;
      pump();
    });
  };
};

/** Removes items from the front of a queue whose sizes sum to at most `most`; one item if the first is larger. */
export const takeUpTo = <T>(queue: T[], most: number, sizeOf: (item: T) => number): readonly T[] => {
  let size = 0;
  const end = queue.findIndex((item, index) => (size += sizeOf(item)) > most && index > 0);
  return queue.splice(0, end < 0 ? queue.length : end);
};
