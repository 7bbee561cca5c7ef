import type { Pool, PoolClient } from 'pg';

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
