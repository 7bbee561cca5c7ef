export type BufferedWritesOptions<T> = Readonly<{
  write: (rows: readonly T[]) => Promise<void>;
  onError: (error: unknown) => void;
}>;

/** A row waits at most this long in memory. A crash loses it. */
const WRITE_AFTER_MS = 500;
/** Rows in memory. Further ones are dropped while a write does not keep up. */
const MAX_ROWS = 10_000;

/** Collects rows that nothing waits for, and writes them together. */
export const bufferedWrites = <T>({ write, onError }: BufferedWritesOptions<T>) => {
  let rows: T[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const some = rows;
    rows = [];
    if (some.length > 0) await write(some);
  };

  return {
    add: (row: T): void => {
      if (rows.length < MAX_ROWS) rows.push(row);
      timer ??= setTimeout(() => void flush().catch(onError), WRITE_AFTER_MS);
    },
    /** Writes the rows that wait. */
    stop: (): Promise<void> => flush().catch(onError),
  };
};
