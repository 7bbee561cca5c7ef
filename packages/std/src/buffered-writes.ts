type BufferedWritesOptions<T> = Readonly<{
  write: (rows: readonly T[]) => Promise<void>;
  onError: (error: unknown) => void;
}>;

/** A row waits at most this long in memory. A crash loses it. */
const WRITE_AFTER_MS = 500;
/** Rows in memory. Further ones are dropped while a write does not keep up. */
const MAX_ROWS = 10_000;

/** Collects rows that nothing waits for, and writes them together, one write at a time. */
export const bufferedWrites = <T>({ write, onError }: BufferedWritesOptions<T>) => {
  let rows: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  const writeAll = async (): Promise<void> => {
    while (rows.length > 0) {
      const some = rows;
      rows = [];
      await write(some).catch(onError);
    }
    writing = undefined;
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (writing === undefined && rows.length > 0) writing = writeAll();
    return writing ?? Promise.resolve();
  };

  return {
    add: (row: T): void => {
      if (rows.length < MAX_ROWS) rows.push(row);
      if (writing === undefined) timer ??= setTimeout(() => void flush(), WRITE_AFTER_MS);
    },
    /** Writes the rows that wait. */
    stop: flush,
  };
};
