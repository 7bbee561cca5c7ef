import type { Pool, PoolClient } from 'pg';

/** A connection that failed while it was ours reports twice: to the query, which we hear, and as an event nobody else takes. */
const ignore = (): void => undefined;

/** Runs the work in one transaction. After an error the connection is rolled back, or thrown away if that fails too. */
export const inTransaction = async <T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  client.on('error', ignore);
  let broken = false;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
};
