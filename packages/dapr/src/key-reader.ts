import { batches, takeUpTo, type Settle } from '@bankside/std/batches';

export type Values = ReadonlyMap<string, unknown>;

type KeyReaderOptions = Readonly<{
  /** The values of the keys that exist. */
  fetch: (keys: readonly string[]) => Promise<Values>;
  batchKeys?: number;
  inFlight?: number;
}>;

/** Keys in one request, unless a single read has more. */
const BATCH_KEYS = 256;
/** Concurrent requests. */
const IN_FLIGHT = 4;

type Entry = Readonly<{ keys: readonly string[] }> & Settle<Values>;

/**
 * Lets concurrent reads share a request. A read never joins a request that was already sent: the database may have
 * processed it before a write that this caller knows of.
 */
export const keyReader = ({
  fetch,
  batchKeys = BATCH_KEYS,
  inFlight = IN_FLIGHT,
}: KeyReaderOptions): ((keys: readonly string[]) => Promise<Values>) => {
  const take = (waiting: Entry[]): readonly Entry[] =>
    takeUpTo(waiting, batchKeys, ({ keys }) => keys.length);

  const run = async (batch: readonly Entry[]): Promise<void> => {
    try {
      const values = await fetch([...new Set(batch.flatMap(({ keys }) => keys))]);
      for (const { resolve } of batch) resolve(values);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const queue = batches({ take, run, inFlight });
  return (keys) => new Promise((resolve, reject) => queue({ keys, resolve, reject }));
};
