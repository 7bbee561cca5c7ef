import type { Pool, PoolClient } from 'pg';
import { giveBack, takeConnection } from './transaction';
import { jittered } from '@bankside/std';
import type { LeaseRequest, LeaseSharing } from './lease-sharing';
import { signal } from './signal';

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

/** How often a replica that does not lead tries to, and how soon after it has asked the leader to resign. */
const TRY_EVERY_MS = 500;
const TRY_AFTER_ASKING_MS = 100;

export type Leadership = Readonly<{
  /** The connection that holds the lease: when it breaks, its open transaction and the leadership end together. */
  client: ConnectionLease['client'];
  /** False once the connection is gone or the replica resigns. */
  isLeader: () => boolean;
  resign: () => void;
  /** Called once, when the leadership ends. */
  onEnd: (listener: () => void) => void;
}>;

type LeaderElectionOptions = Readonly<{
  pool: Pool;
  /** Of the lease. */
  name: string;
  /** How many leaderships this process holds: the more, the later it tries. */
  held: () => number;
  /** How many there are. */
  total: number;
  sharing: LeaseSharing;
  /** Does the work of the leader. Resolves or throws when the leadership has ended. */
  onElected: (leadership: Leadership) => Promise<void>;
  onError: (error: unknown) => void;
}>;

/** Leads whenever no other replica does, until the connection ends or a replica that leads less asks for the lease. */
export const leaderElection = (options: LeaderElectionOptions) => {
  const { pool, name, held, total, sharing, onElected, onError } = options;
  const pause = signal();
  let stopped = false;
  let resignNow: (() => void) | undefined;

  const lead = async ({ client, ...lease }: ConnectionLease): Promise<void> => {
    let resigned = false;
    const listeners: Array<() => void> = [];
    const resign = (): void => {
      if (resigned) return;
      resigned = true;
      for (const listener of listeners) listener();
    };
    lease.onEnd(resign);
    resignNow = resign;
    if (stopped || !lease.isHeld()) resign();
    const isLeader = () => !resigned;
    await onElected({ client, isLeader, resign, onEnd: (listener) => void listeners.push(listener) });
  };

  /** @returns whether it has asked the leader to resign */
  const attempt = async (): Promise<boolean> => {
    if (sharing.isYielded(name)) return false;
    const lease = await acquireLease(pool, name);
    if (lease === undefined) return sharing.ask(name, total);
    try {
      await lead(lease);
    } finally {
      resignNow = undefined;
      await lease.release();
    }
    return false;
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      let asked = false;
      try {
        asked = await attempt();
      } catch (error) {
        onError(error);
      }
      const ms = asked ? TRY_AFTER_ASKING_MS : TRY_EVERY_MS * (1 + held());
      if (!stopped) await pause.wait(jittered(ms));
    }
  };

  const running = run();
  return {
    /** Resigns if a replica that leads less has asked for this lease. */
    onRequest: (request: LeaseRequest): void => {
      if (request.name === name && resignNow !== undefined && sharing.yields(request)) resignNow();
    },
    stop: async (): Promise<void> => {
      stopped = true;
      resignNow?.();
      pause.stop();
      await running;
    },
  };
};
