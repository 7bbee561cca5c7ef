import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';

/** Notices between replicas travel through this channel of PostgreSQL. */
const CHANNEL = 'projection';
/** How often the connection is tried, and how long it may take to answer before it counts as lost. */
const HEARTBEAT_MS = 2_000;
const ANSWER_MS = 3_000;
const RECONNECT_MS = 500;
/** PostgreSQL gives up a connection whose machine is gone after idle + interval * count seconds, and its leases with it. */
const KEEPALIVE = `set tcp_keepalives_idle = 4; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3`;

/** A right that one replica has at a time, until it gives it back or loses its connection. */
export type Lease = Readonly<{
  name: string;
  isHeld: () => boolean;
  /** Called once, when it is lost or given back. */
  onEnd: (listener: () => void) => void;
  release: () => Promise<void>;
}>;

/** What replicas tell each other. Losing one costs time only. */
export type ReplicaNotification =
  | Readonly<{ about: 'versions' }>
  | Readonly<{ about: 'replay'; version: string }>
  | Readonly<{ about: 'events'; lease: string; source: string; partition: number; upTo: number }>;

export type LeaseManagerOptions = Readonly<{
  connectionString: string;
  onNotification: (onNotification: ReplicaNotification) => void;
  onError: (error: unknown) => void;
}>;

const blocked = (name: string, unlock: () => Promise<void>) => {
  const listeners: Array<() => void> = [];
  let holds = true;
  const end = (): boolean => {
    if (!holds) return false;
    holds = false;
    for (const listener of listeners) listener();
    return true;
  };
  const lease: Lease = {
    name,
    isHeld: () => holds,
    onEnd: (listener) => void listeners.push(listener),
    release: async () => {
      if (end()) await unlock();
    },
  };
  return { lease, end };
};

/** One statement at a time, as the client wants it. */
const oneByOne = (client: Client) => {
  let last: Promise<unknown> = Promise.resolve();
  return <R extends object>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> => {
    const result = last.then(async () => (await client.query<R>(text, [...values])).rows);
    last = result.catch(() => undefined);
    return result;
  };
};
type Session = Readonly<{ client: Client; query: ReturnType<typeof oneByOne> }>;

const tryLock = async ({ query }: Session, name: string): Promise<boolean> => {
  const [row] = await query<Readonly<{ locked: boolean }>>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
    [name],
  );
  return row?.locked === true;
};

/**
 * One connection per replica whose session holds its leases as advisory locks: when the process dies or the connection
 * breaks, PostgreSQL gives them to whoever asks next. It carries the notices as well.
 */
export const leaseManager = ({ connectionString, onNotification, onError }: LeaseManagerOptions) => {
  const leases = new Map<string, ReturnType<typeof blocked>>();
  const asked = new Set<string>();
  let session: Session | undefined;
  let stopped = false;

  const lose = (lost: Client): void => {
    if (session?.client !== lost) return;
    session = undefined;
    for (const { end } of leases.values()) end();
    leases.clear();
  };

  const connect = async (): Promise<Session> => {
    const fresh = new Client({ connectionString, keepAlive: true, query_timeout: ANSWER_MS });
    fresh.on('error', onError);
    fresh.on('end', () => lose(fresh));
    fresh.on('notification', ({ payload }) => onNotification(JSON.parse(payload!) as ReplicaNotification));
    await fresh.connect();
    await fresh.query(`${KEEPALIVE}; listen ${CHANNEL}`);
    return { client: fresh, query: oneByOne(fresh) };
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        session ??= await connect();
        await session.query('select 1');
        await wait(HEARTBEAT_MS, undefined, { signal: ended.signal }).catch(() => undefined);
      } catch (error) {
        onError(error);
        const broken = session?.client;
        if (broken) {
          lose(broken);
          void broken.end().catch(() => undefined);
        }
        await wait(RECONNECT_MS);
      }
    }
  };
  const ended = new AbortController();
  let running: Promise<void> | undefined;

  return {
    start: (): void => void (running ??= run()),
    connected: (): boolean => session !== undefined,
    /** Undefined when another replica has it, or when the database does not answer. */
    tryAcquire: async (name: string): Promise<Lease | undefined> => {
      const holder = session;
      // A session gets a lock that it has already once more: asking twice must not look like having it.
      if (holder === undefined || leases.has(name) || asked.has(name)) return undefined;
      asked.add(name);
      const locked = await tryLock(holder, name).finally(() => asked.delete(name));
      if (!locked || session !== holder) return undefined;
      const one = blocked(name, async () => {
        leases.delete(name);
        if (session !== holder) return;
        await holder.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(onError);
      });
      leases.set(name, one);
      return one.lease;
    },
    notify: async (onNotification: ReplicaNotification): Promise<void> => {
      await session?.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify(onNotification)]);
    },
    stop: async (): Promise<void> => {
      stopped = true;
      ended.abort();
      await running;
      const last = session?.client;
      if (last) {
        lose(last);
        await last.end();
      }
    },
  };
};

export type LeaseManager = ReturnType<typeof leaseManager>;
