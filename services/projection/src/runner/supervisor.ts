import { jittered, signal } from '@bankside/feed';
import type { Registered } from '../control/registry';
import { nameOf, type Generation } from '../store/port';
import type { Known } from './directory';
import { launch, type LaunchOptions, type Running } from './launch';
import type { Runner } from './runner';
import { leaseName } from './switch-over';

/** How often a replica looks whether there is something for it to do: how long a dead one's work lies still. */
const LOOK_EVERY_MS = 500;

/** Runs what this replica can get the leases for. */
export const supervisor = (options: LaunchOptions) => {
  const { directory, keeper, registry, storeOf, feeds, onError } = options;
  const running = new Map<string, Running>();
  const wake = signal();
  let stopped = false;

  const begin = async (known: Known, registered: Registered, partition: number): Promise<void> => {
    const generation: Generation = { view: known.view, number: registered.number };
    const name = leaseName(generation, partition);
    const lease = await keeper.tryLease(name);
    if (lease === undefined) return;
    const one = await launch(options, { generation, registered, partition, lease });
    running.set(name, one);
    void one.runner.ended.finally(() => {
      running.delete(name);
      wake.notify();
    });
  };

  const wantedOf = ({ view, active, building }: Known): readonly Registered[] =>
    [active, building].filter(
      (one): one is Registered => one !== undefined && one.version === view.version && !one.switching,
    );

  const drop = async ({ view }: Known, { number }: Registered): Promise<void> => {
    const generation = { view, number };
    const lease = await keeper.tryLease(`${nameOf(generation)}/drop`);
    if (lease === undefined) return;
    try {
      await storeOf(view).drop(generation);
      await registry.forget(view.name, number);
    } finally {
      await lease.release();
    }
  };

  const tend = async (known: Known): Promise<void> => {
    const wanted = wantedOf(known);
    const numbers = new Set(wanted.map(({ number }) => number));
    for (const { runner: one, switching } of running.values())
      if (one.generation.view === known.view && !numbers.has(one.generation.number) && !switching())
        void one.stop();
    for (const registered of wanted)
      for (let partition = 0; partition < feeds.partitions(known.view); partition += 1)
        if (!running.has(leaseName({ view: known.view, number: registered.number }, partition)))
          await begin(known, registered, partition);
    for (const retired of known.retired) if (retired.droppable) await drop(known, retired);
  };

  const look = async (): Promise<void> => {
    await directory.refresh();
    for (const known of directory.known())
      await tend(known).catch((error: unknown) => onError(error, { view: known.view.name }));
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      if (keeper.connected()) await look().catch((error: unknown) => onError(error, { view: 'all' }));
      await wake.wait(jittered(LOOK_EVERY_MS));
    }
  };
  let looking: Promise<void> | undefined;

  return {
    start: (): void => void (looking ??= run()),
    /** Looks now: the generations have changed. */
    look: wake.notify,
    /** The one here that writes this partition of the generation. */
    runner: (generation: Generation, partition: number): Runner | undefined =>
      running.get(leaseName(generation, partition))?.runner,
    byLease: (name: string): Runner | undefined => running.get(name)?.runner,
    runners: (): readonly Runner[] => [...running.values()].map((one) => one.runner),
    stop: async (): Promise<void> => {
      stopped = true;
      wake.stop();
      await looking;
      await Promise.all([...running.values()].map((one) => one.runner.stop()));
    },
  };
};

export type Supervisor = ReturnType<typeof supervisor>;
