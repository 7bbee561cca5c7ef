import type { Keeper, Lease } from '../control/keeper';
import type { Registered, Registry } from '../control/registry';
import type { Generation, ViewStore } from '../store/port';
import type { View } from '../view';
import type { Directory } from './directory';
import type { Feeds } from './feeds';
import { rebuildProgress } from './progress';
import type { Replayer } from './replay';
import { runner, type Runner } from './runner';
import { switchOver } from './switch-over';

export type LaunchOptions = Readonly<{
  directory: Directory;
  keeper: Keeper;
  registry: Registry;
  storeOf: (view: View) => ViewStore;
  feeds: Feeds;
  replayerOf: (generation: Generation) => Replayer;
  onError: (error: unknown, where: Readonly<{ view: string; source?: string }>) => void;
}>;

export type Running = Readonly<{
  runner: Runner;
  /** Whether it is making its generation the one that is read: then it is not to be stopped. */
  switching: () => boolean;
}>;

type Job = Readonly<{ generation: Generation; registered: Registered; partition: number; lease: Lease }>;

/** What a generation that is being built does besides being written. */
const building = (options: LaunchOptions, { generation, partition, lease }: Job) => {
  const { directory, keeper, registry, storeOf, feeds, onError } = options;
  const { view, number } = generation;
  let switching = false;
  return {
    switching: () => switching,
    onStep: rebuildProgress((progress) => {
      registry
        .progress(view.name, number, progress)
        .catch((error: unknown) => onError(error, { view: view.name }));
    }),
    onFilled: async (): Promise<boolean> => {
      const from = directory.active(view);
      if (partition > 0 || from === undefined) return false;
      switching = true;
      try {
        const store = storeOf(view);
        return await switchOver({ from, to: generation, keeper, registry, store, feeds, lease });
      } finally {
        switching = false;
      }
    },
  };
};

/** Begins to write one partition of a generation. */
export const launch = async (options: LaunchOptions, job: Job): Promise<Running> => {
  const { storeOf, feeds, replayerOf, onError } = options;
  const { generation, registered, partition, lease } = job;
  const { view } = generation;
  const store = storeOf(view);
  try {
    await store.install(generation);
  } catch (error) {
    await lease.release();
    throw error;
  }
  const { switching, ...build } = building(options, job);
  return {
    switching,
    runner: runner({
      generation,
      partition,
      lease,
      store,
      feeds,
      replayer: replayerOf(generation),
      ...(registered.state === 'building' && { building: build }),
      onError: (error, source) =>
        onError(error, { view: view.name, ...(source !== undefined && { source }) }),
    }),
  };
};
