import { type EventEnvelope } from '@bankside/contracts';
import { signal } from '@bankside/feed';
import type { Lease } from '../control/keeper';
import type { Generation, Run, ViewStore } from '../store/port';
import { batcher } from './batcher';
import type { Feeds } from './feeds';
import { fill, type FillOptions } from './fill';
import { filler, isEmpty } from './filler';
import { follow, type Follow } from './follow';
import { ledger } from './ledger';
import type { Replayer } from './replay';
import { writer } from './writer';

/** Waits after an error. */
const RETRY_MS = 1_000;
/** How often it is looked for replays that were asked for, should the notice be lost. */
const REPLAY_EVERY_MS = 2_000;

/**
 * While a generation was written, its feeds have grown. It goes over them again until so few events were left that the
 * rest can be caught up with while everybody waits: writers are held off for the switch.
 */
const LAST_EVENTS = 1_000;
/** Against feeds that grow as fast as they are read. */
const ROUNDS = 10;

export type Step = Parameters<FillOptions['onStep']>[0];

export type RunnerOptions = Readonly<{
  generation: Generation;
  partition: number;
  /** The right to write, without which nothing is begun. */
  lease: Lease;
  store: ViewStore;
  feeds: Feeds;
  replayer: Replayer;
  /** Given for a generation that nobody reads yet: told of each step, and that it stands at the heads of its feeds. */
  building?: Readonly<{
    onStep: (steps: Step) => void;
    /** @returns whether the generation's work here is over */
    onFilled: () => Promise<boolean>;
  }>;
  onError: (error: unknown, source?: string) => void;
}>;

export type Runner = ReturnType<typeof runner>;

/** Writes one partition of one generation, for as long as the lease is held. */
export const runner = (options: RunnerOptions) => {
  const { generation, partition, lease, store, feeds, replayer, building, onError } = options;
  const write = writer({ generation, store });
  const standing = ledger(generation, store);
  const batch = batcher(standing.counting(write.apply));
  const wake = signal();
  let following: Follow | undefined;
  let stopped = false;
  const goesOn = (): boolean => lease.holds() && !stopped;

  const replay = (): Promise<void> => batch.alone(() => replayer.run(write, partition));

  const fillUp = async (): Promise<void> => {
    const fills = filler({ generation, store, empty: await isEmpty(generation, store) });
    let events = 0;
    const apply = async (runs: readonly Run[]): Promise<void> => {
      await batch.alone(() => fills.apply(runs));
      events += runs.reduce((sum, run) => sum + run.events.length, 0);
    };
    const round = async (): Promise<number> => {
      events = 0;
      await standing.reread();
      const places = await Promise.all(
        feeds
          .places(generation.view, partition)
          .map(async (one) => ({ ...one, position: await standing.at(one.place) })),
      );
      await fill({ places, apply, goesOn, onStep: building?.onStep ?? (() => undefined) });
      await batch.alone(fills.flush);
      await standing.reread();
      return events;
    };
    const rounds = building === undefined ? 1 : ROUNDS;
    for (let left = rounds; left > 0 && goesOn() && (await round()) > LAST_EVENTS; left -= 1);
  };

  /** Until the lease ends or the runner is stopped. */
  const followOn = async (): Promise<void> => {
    following = follow({
      places: feeds.places(generation.view, partition),
      batch,
      ledger: standing,
      onError,
    });
    try {
      while (goesOn()) {
        await replay().catch(onError);
        await wake.wait(REPLAY_EVERY_MS);
      }
    } finally {
      const last = following;
      following = undefined;
      await last.stop();
    }
  };

  const work = async (): Promise<boolean> => {
    await fillUp();
    if (!goesOn()) return true;
    if (building !== undefined) return building.onFilled();
    await followOn();
    return true;
  };

  const run = async (): Promise<void> => {
    while (goesOn()) {
      try {
        if (await work()) break;
      } catch (error) {
        onError(error);
      }
      await wake.wait(RETRY_MS);
    }
    await lease.release();
  };

  lease.onEnd(wake.notify);
  const running = run();
  const over = async (): Promise<never> => {
    await running;
    throw new Error(`${generation.view.name} is no longer written here`);
  };

  return {
    generation,
    partition,
    /** Whether it follows its feeds: an empty view has to read what there is first. */
    follows: (): boolean => following !== undefined,
    /** Resolves when everything up to `upTo` is durable. Far behind, the events themselves are of no use yet. */
    deliver: async (source: string, events: readonly EventEnvelope[], upTo: number): Promise<void> => {
      if (following) await following.deliver(source, events, upTo);
      else await Promise.race([standing.reached(`${source}/${partition}`, upTo), over()]);
    },
    catchUp: async (sources: readonly string[]): Promise<void> => {
      if (!following) throw new Error(`${generation.view.name} is being filled`);
      await following.catchUp(sources);
    },
    /** Where it stands, for who waits for it here. */
    reached: standing.reached,
    /** What was asked for of replays. */
    replay,
    /** Finishes what is being applied, and gives the lease back. */
    stop: async (): Promise<void> => {
      stopped = true;
      wake.stop();
      await running;
    },
    ended: running,
  };
};
