import type { Pool, PoolClient, PoolConfig, QueryConfig } from 'pg';

/** A pool, or a connection with its transaction. */
export type Queryable = Pick<Pool | PoolClient, 'query'>;

/** A query with a time limit of its own, in milliseconds, instead of that of its pool. The types of pg do not have it. */
export type TimedQuery = QueryConfig & Required<Pick<PoolConfig, 'query_timeout'>>;

/** A broken connection rejects its query, and also emits an `error` event, which must have a listener. */
const ignore = (): void => undefined;

/**
 * `pool.connect()` that adds its error listener at once: if a connection breaks right after it was made, the event comes
 * before a promise can resolve, and would end the process.
 */
export const takeConnection = (pool: Pool): Promise<PoolClient> =>
  new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (client === undefined) {
        reject(error ?? new Error('The pool returned no connection.'));
        return;
      }
      client.on('error', ignore);
      resolve(client);
    });
  });

/** Returns the connection to the pool, or closes it. */
export const giveBack = (client: PoolClient, reusable: boolean): void => {
  client.release(!reusable);
  if (reusable) client.off('error', ignore);
};

/**
 * `lost-in-a-crash`: the commit does not wait for the disk, so a crash of the server may lose whole transactions. One query
 * begins both, which spares a round trip.
 */
const BEGIN = { durable: 'begin', 'lost-in-a-crash': 'begin; set local synchronous_commit to off' };

/** Runs the work in one transaction. After an error it rolls back, and closes the connection if that fails too. */
export const inTransaction = async <T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  durability: keyof typeof BEGIN = 'durable',
): Promise<T> => {
  const client = await takeConnection(pool);
  let reusable = true;
  try {
    await client.query(BEGIN[durability]);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {
      reusable = false;
    });
    throw error;
  } finally {
    giveBack(client, reusable);
  }
};
