import { createDatabase } from '@bankside/tools';
import type { Pool } from 'pg';
import { acquireLease, leaseInSession } from './lease';
import { killAll, openPool, until } from '../testing/database';

const open: Array<() => Promise<void>> = [];
const database = async (): Promise<Pool> => {
  const pool = openPool(await createDatabase('lease'));
  open.push(() => pool.end());
  return pool;
};

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

describe('a lease', () => {
  it('is held by one session at a time, and free for the next after its release', async () => {
    const pool = await database();
    const first = await acquireLease(pool, 'relay/0');
    expect(await acquireLease(pool, 'relay/0')).toBeUndefined();
    const other = await acquireLease(pool, 'relay/1');
    expect([first?.isHeld(), other?.isHeld()]).toEqual([true, true]);
    await first?.release();
    expect(first?.isHeld()).toBe(false);
    const next = await acquireLease(pool, 'relay/0');
    expect(next?.isHeld()).toBe(true);
    await Promise.all([next?.release(), other?.release()]);
  });

  it('ends with its connection, and calls its listener once', async () => {
    const pool = await database();
    const lease = await acquireLease(pool, 'relay/0');
    let ended = 0;
    lease?.onEnd(() => (ended += 1));
    await killAll(pool);
    await until(async () => lease?.isHeld() === false, 10_000);
    await lease?.release();
    expect(ended).toBe(1);
    const next = await acquireLease(pool, 'relay/0');
    expect(next?.isHeld()).toBe(true);
    await next?.release();
  });

  it('shares a session with other leases, and is released alone', async () => {
    const pool = await database();
    const client = await pool.connect();
    const query = (text: string, values: unknown[]) => client.query(text, values);
    const one = await leaseInSession(query, 'one');
    const two = await leaseInSession(query, 'two');
    expect(await acquireLease(pool, 'one')).toBeUndefined();
    await one?.lease.release();
    const taken = await acquireLease(pool, 'one');
    expect([taken?.isHeld(), two?.lease.isHeld()]).toEqual([true, true]);
    expect(await acquireLease(pool, 'two')).toBeUndefined();
    await taken?.release();
    client.release(true);
  });
});
