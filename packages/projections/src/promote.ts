import type { Lease } from '@bankside/feed';
import { setTimeout as sleep } from 'node:timers/promises';
import { bulkWriter } from './bulk-writer';
import type { ProjectionFeeds } from './feeds';
import type { LeaseManager } from './lease-manager';
import { rebuild } from './rebuild';
import { type ProjectionStore } from './stores/store';
import { versionName, type ProjectionVersion } from './projection';
import type { VersionRegistry } from './versions';

/** How long the writer of the active version may take to release its lease. It finishes one batch first. */
const HANDOVER_MS = 5_000;
const RETRY_MS = 20;

type PromoteOptions = Readonly<{
  /** The active version. */
  from: ProjectionVersion;
  /** The version to make active. */
  to: ProjectionVersion;
  leases: LeaseManager;
  registry: VersionRegistry;
  store: ProjectionStore;
  feeds: ProjectionFeeds;
  /** The lease of `to`, which the caller holds. */
  lease: Lease;
}>;

/** @returns undefined when the lease was not released in time */
const acquire = async (leases: LeaseManager, name: string): Promise<Lease | undefined> => {
  const deadline = performance.now() + HANDOVER_MS;
  for (;;) {
    const lease = await leases.tryAcquire(name);
    if (lease || performance.now() > deadline) return lease;
    await sleep(RETRY_MS);
  }
};

/**
 * Makes readers use the new version. The writer of the old one pauses, the new one catches up with it, and then they
 * swap, so no reader sees the projection go back in time.
 * @returns false when that was not possible; the caller may retry
 */
export const promote = async (options: PromoteOptions): Promise<boolean> => {
  const { from, to, leases, registry, store, feeds, lease } = options;
  const { name } = to.projection;
  const all = await feeds.of(to.projection.sources);
  let paused: Lease | undefined;
  const bothHeld = (): boolean => lease.isHeld() && paused?.isHeld() === true;

  const catchUp = async (): Promise<boolean> => {
    const checkpoints = await store.checkpoints(to);
    const { apply, flush } = bulkWriter({ version: to, store, empty: false });
    const starts = all.map((feed) => ({
      ...feed,
      position: checkpoints.get(feed.feedPartition)?.position ?? 0,
    }));
    await rebuild({ feeds: starts, apply, mayContinue: bothHeld, onStep: () => undefined });
    await flush();
    const [old, now] = await Promise.all([store.checkpoints(from), store.checkpoints(to)]);
    const relevant = new Set<string>(starts.map(({ feedPartition }) => feedPartition));
    return [...old].every(
      ([feedPartition, { position }]) =>
        !relevant.has(feedPartition) || (now.get(feedPartition)?.position ?? 0) >= position,
    );
  };

  await registry.beginCutover(name);
  await leases.notify({ about: 'versions' });
  try {
    paused = await acquire(leases, versionName(from));
    if (paused === undefined || !(await catchUp()) || !bothHeld()) return false;
    return await registry.promote(name, to.number);
  } finally {
    await registry.endCutover(name);
    await paused?.release();
    await leases.notify({ about: 'versions' });
  }
};
