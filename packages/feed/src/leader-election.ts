import type { Pool } from 'pg';
import { acquireLease, type ConnectionLease } from './lease';
import { jittered } from '@bankside/std';
import { signal } from './signal';

/** How often a replica that does not lead tries to. */
const TRY_EVERY_MS = 500;

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
  /** How many leaderships this process holds: the more, the later it tries, so that replicas share them. */
  held: () => number;
  /** Does the work of the leader. Resolves or throws when the leadership has ended. */
  onElected: (leadership: Leadership) => Promise<void>;
  onError: (error: unknown) => void;
}>;

/** Leads whenever no other replica does, for as long as the connection lives. */
export const leaderElection = ({ pool, name, held, onElected, onError }: LeaderElectionOptions) => {
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

  const attempt = async (): Promise<void> => {
    const lease = await acquireLease(pool, name);
    if (lease === undefined) return;
    try {
      await lead(lease);
    } finally {
      resignNow = undefined;
      await lease.release();
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      await attempt().catch(onError);
      if (!stopped) await pause.wait(jittered(TRY_EVERY_MS * (1 + held())));
    }
  };

  const running = run();
  return {
    stop: async (): Promise<void> => {
      stopped = true;
      resignNow?.();
      pause.stop();
      await running;
    },
  };
};
