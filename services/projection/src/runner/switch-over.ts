import { setTimeout as wait } from 'node:timers/promises';
import type { Keeper, Lease } from '../control/keeper';
import type { Registry } from '../control/registry';
import { nameOf, type Generation, type ViewStore } from '../store/port';
import type { Feeds } from './feeds';
import { fill } from './fill';
import { filler } from './filler';

/** How long the holders of the leases may take to hand them over. They finish one batch. */
const HANDOVER_MS = 5_000;
const TRY_EVERY_MS = 20;

export type SwitchOptions = Readonly<{
  /** The one that is read, and the one that shall be. */
  from: Generation;
  to: Generation;
  keeper: Keeper;
  registry: Registry;
  store: ViewStore;
  feeds: Feeds;
  /** The caller holds the lease of the first partition of `to`. */
  lease: Lease;
}>;

export const leaseName = (generation: Generation, partition: number): string =>
  `${nameOf(generation)}/${partition}`;

const takeAll = async (keeper: Keeper, names: readonly string[], taken: Lease[]): Promise<boolean> => {
  const deadline = performance.now() + HANDOVER_MS;
  for (const name of names) {
    for (;;) {
      const lease = await keeper.tryLease(name);
      if (lease) {
        taken.push(lease);
        break;
      }
      if (performance.now() > deadline) return false;
      await wait(TRY_EVERY_MS);
    }
  }
  return true;
};

/**
 * Makes readers read the new generation. All writers of the view are held off meanwhile: the old generation stands
 * still, the new one is brought to where the old one stands or beyond, and then they change places. So no reader ever
 * sees the view go back in time. @returns false when it could not be done now
 */
export const switchOver = async (options: SwitchOptions): Promise<boolean> => {
  const { from, to, keeper, registry, store, feeds, lease } = options;
  const partitions = Array.from({ length: feeds.partitions(to.view) }, (_, partition) => partition);
  const names = [
    ...partitions.map((partition) => leaseName(from, partition)),
    ...partitions.slice(1).map((partition) => leaseName(to, partition)),
  ];
  const taken: Lease[] = [];
  const goesOn = (): boolean => lease.holds() && taken.every((one) => one.holds());

  const bringUp = async (): Promise<boolean> => {
    const standing = await store.positions(to);
    const { apply, flush } = filler({ generation: to, store, empty: false });
    const places = feeds
      .allPlaces(to.view)
      .map((one) => ({ ...one, position: standing.get(one.place)?.position ?? 0 }));
    await fill({ places, apply, goesOn, onStep: () => undefined });
    await flush();
    const [old, now] = await Promise.all([store.positions(from), store.positions(to)]);
    const wanted = new Set<string>(places.map(({ place }) => place));
    return [...old].every(
      ([place, { position }]) => !wanted.has(place) || (now.get(place)?.position ?? 0) >= position,
    );
  };

  await registry.switching(to.view.name, true);
  await keeper.notify({ about: 'generations' });
  try {
    if (!(await takeAll(keeper, names, taken))) return false;
    if (!(await bringUp()) || !goesOn()) return false;
    return await registry.switchTo(to.view.name, to.number);
  } finally {
    await registry.switching(to.view.name, false);
    await Promise.all(taken.map((one) => one.release()));
    await keeper.notify({ about: 'generations' });
  }
};
