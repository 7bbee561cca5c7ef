import type { Pool, PoolClient } from 'pg';

/** A connection that breaks tells the query under way, which we hear, and emits an event that nobody else takes. */
const ignore = (): void => undefined;

/**
 * `pool.connect()` with a listener from the first moment: when a connection is cut right after it was made, the error comes in the
 * same piece of input, before a promise can resolve, and would end the process.
 */
export const takeConnection = (pool: Pool): Promise<PoolClient> =>
  new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (client === undefined) {
        reject(error ?? new Error('The pool gave no connection.'));
        return;
      }
      client.on('error', ignore);
      resolve(client);
    });
  });

/** Back to the pool, or closed. */
export const giveBack = (client: PoolClient, reusable: boolean): void => {
  client.release(!reusable);
  if (reusable) client.off('error', ignore);
};
