import { setTimeout as sleep } from 'node:timers/promises';
import {
  LEASE_KEEPALIVE,
  leaseInSession,
  type Lease,
  type LeaseRequest,
  type SessionQuery,
} from '@bankside/feed';
import { serialByKey } from '@bankside/std';
import { Client } from 'pg';
import { sharedCheck } from './shared-check';

/** PostgreSQL channel of notifications between replicas. */
const CHANNEL = 'projection';
/** How often the connection is checked, and how long it may take to respond before it counts as lost. */
const HEARTBEAT_MS = 2_000;
const QUERY_TIMEOUT_MS = 3_000;
const RECONNECT_MS = 500;

/** Between replicas. Losing one costs time only: each replica polls as well. */
export type ReplicaNotification =
  | Readonly<{ about: 'versions' }>
  | (Readonly<{ about: 'lease' }> & LeaseRequest)
  | Readonly<{ about: 'replay'; version: string }>
  | Readonly<{ about: 'events'; version: string; source: string; partition: number; upTo: number }>;

type LeaseManagerOptions = Readonly<{
  connectionString: string;
  onNotification: (notification: ReplicaNotification) => void;
  onError: (error: unknown) => void;
}>;

/** A lease that can be held no longer although its holder has not noticed, because the connection is broken. */
export type ConfirmableLease = Lease &
  Readonly<{
    /** Resolves if the lease was held at some moment after this call. @throws Error if that is not certain */
    confirm: () => Promise<void>;
  }>;

/** `check` resolves when the session responds. */
type Session = Readonly<{ client: Client; query: SessionQuery; check: () => Promise<void> }>;

/**
 * Holds all leases of a replica in one PostgreSQL session, which also carries notifications. When the process dies or
 * the connection breaks, PostgreSQL releases them to the next replica that tries.
 */
export const leaseManager = ({ connectionString, onNotification, onError }: LeaseManagerOptions) => {
  const held = new Map<string, () => void>();
  const acquiring = new Set<string>();
  const stopping = new AbortController();
  let session: Session | undefined;
  let loop: Promise<void> | undefined;

  const lose = (lost: Client): void => {
    if (session?.client !== lost) return;
    session = undefined;
    for (const end of held.values()) end();
    held.clear();
  };

  const connect = async (): Promise<Session> => {
    const client = new Client({
      connectionString,
      keepAlive: true,
      connectionTimeoutMillis: QUERY_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
    });
    client.on('error', onError);
    client.on('end', () => lose(client));
    client.on('notification', ({ payload }) => onNotification(JSON.parse(payload!) as ReplicaNotification));
    try {
      await client.connect();
      await client.query(`${LEASE_KEEPALIVE}; listen ${CHANNEL}`);
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
    const inTurn = serialByKey();
    const query: SessionQuery = (text, values) => inTurn('session', () => client.query(text, values));
    return { client, query, check: sharedCheck(async () => void (await query('select 1', []))) };
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        session ??= await connect();
        await session.check();
        await sleep(HEARTBEAT_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      } catch (error) {
        onError(error);
        const broken = session?.client;
        if (broken) {
          lose(broken);
          void broken.end().catch(() => undefined);
        }
        await sleep(RECONNECT_MS);
      }
    }
  };

  return {
    start: (): void => void (loop ??= run()),
    connected: (): boolean => session !== undefined,
    /** @returns undefined when the lease is held, or when there is no connection */
    tryAcquire: async (name: string): Promise<ConfirmableLease | undefined> => {
      const holder = session;
      // PostgreSQL grants a session the same lock twice.
      if (holder === undefined || held.has(name) || acquiring.has(name)) return undefined;
      acquiring.add(name);
      const taken = await leaseInSession(holder.query, name).finally(() => acquiring.delete(name));
      if (taken === undefined || session !== holder) return undefined;
      const { lease } = taken;
      held.set(name, taken.lose);
      return {
        ...lease,
        confirm: async () => {
          await holder.check();
          if (!lease.isHeld()) throw new Error(`The lease ${name} is lost.`);
        },
        release: async () => {
          held.delete(name);
          await lease.release().catch(onError);
        },
      };
    },
    notify: async (notification: ReplicaNotification): Promise<void> => {
      await session?.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify(notification)]);
    },
    /** Releases every lease by closing the session. */
    stop: async (): Promise<void> => {
      stopping.abort();
      await loop;
      const last = session?.client;
      if (last) {
        lose(last);
        await last.end();
      }
    },
  };
};

export type LeaseManager = ReturnType<typeof leaseManager>;
