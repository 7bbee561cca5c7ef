import { setTimeout as sleep } from 'node:timers/promises';
import { type FeedPartition, StaleReadError } from './checkpoints';
import type { ProjectionStore } from './stores/store';
import { versionName, type ProjectionVersion } from './projection';

/** How often the checkpoints of a version are read while a caller waits for them. */
const POLL_MS = 15;

type Waiter = Readonly<{
  feedPartition: FeedPartition;
  position: number;
  /** A time of the monotonic clock. */
  deadline: number;
  resolve: () => void;
  reject: (reason: unknown) => void;
}>;

/** Waits for checkpoints that another replica writes. All waiters for a version share one poll. */
export const checkpointWaiter = (storeOf: (version: ProjectionVersion) => ProjectionStore) => {
  const waiters = new Map<string, Waiter[]>();

  const settle = async (version: ProjectionVersion, mine: Waiter[]): Promise<void> => {
    const checkpoints = await storeOf(version).checkpoints(version);
    for (const waiter of mine.splice(0)) {
      const { feedPartition, position, deadline, resolve, reject } = waiter;
      if ((checkpoints.get(feedPartition)?.position ?? 0) >= position) resolve();
      else if (performance.now() > deadline)
        reject(new StaleReadError(`${versionName(version)} is behind ${feedPartition}@${position}`));
      else mine.push(waiter);
    }
  };

  const poll = async (version: ProjectionVersion, mine: Waiter[]): Promise<void> => {
    while (mine.length > 0) {
      await settle(version, mine).catch((error: unknown) => {
        for (const { reject } of mine.splice(0)) reject(error);
      });
      if (mine.length > 0) await sleep(POLL_MS);
    }
    waiters.delete(versionName(version));
  };

  return {
    /** @throws StaleReadError when the version has not reached the position by the deadline */
    waitFor: (
      version: ProjectionVersion,
      feedPartition: FeedPartition,
      position: number,
      deadline: number,
    ): Promise<void> =>
      new Promise((resolve, reject) => {
        const name = versionName(version);
        const waiter = { feedPartition, position, deadline, resolve, reject };
        const mine = waiters.get(name);
        if (mine) return void mine.push(waiter);
        const first = [waiter];
        waiters.set(name, first);
        void poll(version, first);
      }),
  };
};

export type CheckpointWaiter = ReturnType<typeof checkpointWaiter>;
