import type { Pool, PoolClient } from 'pg';
import { giveBack, takeConnection } from './connection';

/** Runs the work in one transaction. After an error it rolls back, and closes the connection if that fails too. */
export const inTransaction = async <T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> => {
  const client = await takeConnection(pool);
  let reusable = true;
  try {
    await client.query('begin');
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
