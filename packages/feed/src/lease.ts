import type { Pool, PoolClient } from 'pg';
import { giveBack, takeConnection } from './connection';

/** A right that one database session holds at a time, until it releases it or its connection ends. */
export type Lease = Readonly<{
  name: string;
  isHeld: () => boolean;
  /** Called once, when the lease is lost or released. */
  onEnd: (listener: () => void) => void;
  release: () => Promise<void>;
}>;

/** A lease with the connection that holds it. Work done on that connection needs no fencing: it ends with the lease. */
export type ConnectionLease = Lease & Readonly<{ client: PoolClient }>;

/** Runs one statement in the session that holds the leases. */
export type SessionQuery = (
  text: string,
  values: unknown[],
) => Promise<Readonly<{ rows: ReadonlyArray<Readonly<Record<string, unknown>>> }>>;

/** PostgreSQL ends the session of a machine that is gone after idle + interval × count = 10 seconds, and its leases with it. */
export const LEASE_KEEPALIVE =
  'set tcp_keepalives_idle = 4; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3';

const LOCK = 'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked';
const UNLOCK = 'select pg_advisory_unlock(hashtextextended($1, 0))';

/**
 * Takes a lease in an existing session, which may hold several. A session gets a lock that it holds once more, so the
 * caller must not ask for a name that it holds. Returns the lease and `lose`, to be called when the session ends, or
 * `undefined` if another session holds it.
 */
export const leaseInSession = async (
  query: SessionQuery,
  name: string,
): Promise<Readonly<{ lease: Lease; lose: () => void }> | undefined> => {
  const { rows } = await query(LOCK, [name]);
  if (rows[0]?.['locked'] !== true) return undefined;
  const listeners: Array<() => void> = [];
  let held = true;
  const lose = (): void => {
    if (!held) return;
    held = false;
    for (const listener of listeners) listener();
  };
  const release = async (): Promise<void> => {
    if (!held) return;
    lose();
    await query(UNLOCK, [name]);
  };
  return {
    lease: { name, isHeld: () => held, onEnd: (listener) => void listeners.push(listener), release },
    lose,
  };
};

/**
 * Takes a lease on a connection of its own, which it keeps until `release`. `undefined` if another session holds the
 * lease; then the connection goes back to the pool at once, because a waiting query would hold back vacuum.
 */
export const acquireLease = async (pool: Pool, name: string): Promise<ConnectionLease | undefined> => {
  const client = await takeConnection(pool);
  let taken: Awaited<ReturnType<typeof leaseInSession>>;
  try {
    taken = await leaseInSession((text, values) => client.query(text, values), name);
    if (taken !== undefined) await client.query(LEASE_KEEPALIVE);
  } catch (error) {
    giveBack(client, false);
    throw error;
  }
  if (taken === undefined) {
    giveBack(client, true);
    return undefined;
  }
  const { lease, lose } = taken;
  client.on('error', lose);
  client.on('end', lose);
  let open = true;
  return {
    ...lease,
    client,
    release: async () => {
      if (!open) return;
      open = false;
      lose();
      giveBack(client, false); // Closing the connection is what releases the lock, whatever state it is in.
    },
  };
};
