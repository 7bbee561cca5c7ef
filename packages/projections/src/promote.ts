import type { Lease } from '@bankside/feed';
import { setTimeout as sleep } from 'node:timers/promises';
import { bulkWriter } from './bulk-writer';
import type { ProjectionFeeds } from './feeds';
import type { LeaseManager } from './lease-manager';
import { rebuild } from './rebuild';
import { type ProjectionStore } from './stores/store';
import { leaseName, type ProjectionVersion } from './projection';
import type { VersionRegistry } from './versions';

/** How long the holders of the leases may take to release them. They finish one batch first. */
const HANDOVER_MS = 5_000;
const RETRY_MS = 20;

export type PromoteOptions = Readonly<{
  /** The active version. */
  from: ProjectionVersion;
  /** The version to make active. */
  to: ProjectionVersion;
  leases: LeaseManager;
  registry: VersionRegistry;
  store: ProjectionStore;
  feeds: ProjectionFeeds;
  /** The lease of the first partition of `to`, which the caller holds. */
  lease: Lease;
}>;

/** @returns false when a lease was not released in time; `acquired` then holds the others */
const acquireAll = async (
  leases: LeaseManager,
  names: readonly string[],
  acquired: Lease[],
): Promise<boolean> => {
  const deadline = performance.now() + HANDOVER_MS;
  for (const name of names) {
    for (;;) {
      const lease = await leases.tryAcquire(name);
      if (lease) {
        acquired.push(lease);
        break;
      }
      if (performance.now() > deadline) return false;
      await sleep(RETRY_MS);
    }
  }
  return true;
};

/**
 * Makes readers use the new version. Writers of both versions pause: the old one stands still, the new one catches up
 * with it, and then they swap, so no reader sees the projection go back in time.
 * @returns false when that was not possible; the caller may retry
 */
export const promote = async (options: PromoteOptions): Promise<boolean> => {
  const { from, to, leases, registry, store, feeds, lease } = options;
  const { name } = to.projection;
  const partitions = Array.from({ length: feeds.partitions(to.projection) }, (_, partition) => partition);
  const needed = [
    ...partitions.map((partition) => leaseName(from, partition)),
    ...partitions.slice(1).map((partition) => leaseName(to, partition)),
  ];
  const acquired: Lease[] = [];
  const allHeld = (): boolean => lease.isHeld() && acquired.every((one) => one.isHeld());

  const catchUp = async (): Promise<boolean> => {
    const checkpoints = await store.checkpoints(to);
    const { apply, flush } = bulkWriter({ version: to, store, empty: false });
    const starts = feeds
      .all(to.projection)
      .map((feed) => ({ ...feed, position: checkpoints.get(feed.feedPartition)?.position ?? 0 }));
    await rebuild({ feeds: starts, apply, mayContinue: allHeld, onStep: () => undefined });
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
    if (!(await acquireAll(leases, needed, acquired))) return false;
    if (!(await catchUp()) || !allHeld()) return false;
    return await registry.promote(name, to.number);
  } finally {
    await registry.endCutover(name);
    await Promise.all(acquired.map((one) => one.release()));
    await leases.notify({ about: 'versions' });
  }
};
