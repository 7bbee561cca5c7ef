import { throttle } from '@bankside/std';

/** The request of a replica for a lease that another one holds. `held`: how many the requesting replica holds. */
export type LeaseRequest = Readonly<{ name: string; held: number }>;

/** How often a replica asks for one lease. */
const ASK_EVERY_MS = 1_000;
/** How long a replica leaves a lease that it has yielded to the one that asked. */
const YIELDED_FOR_MS = 5_000;

type LeaseSharingOptions = Readonly<{
  /** Names of the leases that this replica holds. */
  held: () => readonly string[];
  /** Sends a request to all replicas. */
  send: (request: LeaseRequest) => Promise<unknown>;
  /** Milliseconds, monotonic. */
  now: () => number;
}>;

/**
 * Spreads leases evenly over the replicas that want them. A replica asks for one lease at a time, and the holder yields
 * it if it holds at least two more: each move reduces the difference, and none happens once no two replicas differ by
 * more than one. A replica that is gone or stuck does not ask, so no lease waits for it.
 */
export const leaseSharing = ({ held, send, now }: LeaseSharingOptions) => {
  const asksNow = throttle(ASK_EVERY_MS, now);
  const yieldedAt = new Map<string, number>();
  const isYielded = (name: string): boolean => now() - (yieldedAt.get(name) ?? -Infinity) < YIELDED_FOR_MS;
  const count = (): number => held().filter((name) => !isYielded(name)).length;

  return {
    /**
     * Asks for a lease that another replica holds, unless none can hold two more of them.
     * @param total of the leases that replicas share
     * @returns whether it has asked
     */
    ask: async (name: string, total: number): Promise<boolean> => {
      const mine = count();
      if (total - mine < mine + 2 || isYielded(name) || !asksNow('')) return false;
      await send({ name, held: mine });
      return true;
    },
    /** Whether this replica, which holds the lease, has to release it after the current batch. */
    yields: (request: LeaseRequest): boolean => {
      if (isYielded(request.name) || count() < request.held + 2) return false;
      yieldedAt.set(request.name, now());
      return true;
    },
    /** Whether the lease is left to the replica that asked for it. */
    isYielded,
  };
};

export type LeaseSharing = ReturnType<typeof leaseSharing>;
