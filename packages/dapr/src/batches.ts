export type Settle<R> = Readonly<{ resolve: (result: R) => void; reject: (error: unknown) => void }>;

export type BatchOptions<T> = Readonly<{
  /** Removes what can go together from the front of `waiting`; nothing when nothing can go now. */
  take: (waiting: T[]) => readonly T[];
  /** Settles every item of the batch or puts it back by `first`. Never rejects. */
  run: (batch: readonly T[], first: (items: readonly T[]) => void) => Promise<void>;
  /** Batches under way at once. */
  inFlight: number;
}>;

/**
 * What comes while all slots are busy waits and goes together as soon as one is free; when idle, at once.
 * The queue is bounded by the requests that the process has under way.
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
    // After the sockets that are readable now have been read, so that requests that came together go together.
    setImmediate(() => {
      scheduled = false;
      pump();
    });
  };
};
