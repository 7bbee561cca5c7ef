import type { Pool, PoolClient } from 'pg';
import { giveBack, takeConnection } from './connection';
import { jittered, signal } from './signal';

/** First half of the two-part advisory lock; the second is the partition. */
export const LEADER_LOCK = 4_826_302;
/** How often a follower tries to lead. It holds no connection between the tries: a waiting query would hold back vacuum. */
const TRY_EVERY_MS = 500;

export type Leadership = Readonly<{
  /** The connection that holds the lock. With it go the lock and whatever transaction was open: no fencing is needed. */
  client: PoolClient;
  /** False once the connection is gone or the relay stops. */
  isLeader: () => boolean;
  /** Ends the term from within. */
  end: () => void;
  /** Called once, when it stops going on. */
  onEnd: (listener: () => void) => void;
}>;

type LeaderElectionOptions = Readonly<{
  pool: Pool;
  partition: number;
  /** How many partitions this process leads already: the more, the later it tries, so that replicas share them. */
  ledPartitions: () => number;
  /** Does the work of the leader until `goesOn` says no, or throws. */
  onElected: (term: Leadership) => Promise<void>;
  onError: (error: unknown) => void;
}>;

const tryLock = async (client: PoolClient, partition: number): Promise<boolean> => {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [
    LEADER_LOCK,
    partition,
  ]);
  return rows[0]?.locked === true;
};

/** Leads a partition whenever nobody else does, for as long as the connection lives. */
export const leaderElection = ({
  pool,
  partition,
  ledPartitions: leads,
  onElected: rule,
  onError,
}: LeaderElectionOptions) => {
  const rest = signal();
  let stopped = false;
  let endTerm: (() => void) | undefined;

  const term = async (client: PoolClient): Promise<void> => {
    let goesOn = true;
    const listeners: Array<() => void> = [];
    const end = () => {
      if (!goesOn) return;
      goesOn = false;
      for (const listener of listeners) listener();
    };
    client.on('error', end);
    client.on('end', end);
    endTerm = end;
    if (stopped) end();
    await rule({ client, isLeader: () => goesOn, end, onEnd: (listener) => void listeners.push(listener) });
  };

  const attempt = async (): Promise<void> => {
    const client = await takeConnection(pool);
    let reusable = false;
    try {
      if (await tryLock(client, partition)) await term(client);
      else reusable = true;
    } finally {
      endTerm = undefined;
      giveBack(client, reusable); // Closing the connection is what gives the lock back.
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      await attempt().catch(onError);
      if (!stopped) await rest.wait(jittered(TRY_EVERY_MS * (1 + leads())));
    }
  };

  const running = run();
  return {
    stop: async (): Promise<void> => {
      stopped = true;
      endTerm?.();
      rest.stop();
      await running;
    },
  };
};
