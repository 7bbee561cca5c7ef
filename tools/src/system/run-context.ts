import { join } from 'node:path';
import type { ManagedProcess, OnProcessEvent } from '../supervision/restart-on-exit';
import type { DataFolder } from './data-folder';
import { directNetwork, type Network } from './network';
import { secretsIn, type SecretOf } from './secrets';
import type { ServiceSpec } from './services';

/** One run of the system: where it keeps its data, its secrets, and the processes started so far. */
export type RunContext = Readonly<{
  data: DataFolder;
  services: readonly ServiceSpec[];
  secret: SecretOf;
  network: Network;
  processes: ReadonlyMap<string, ManagedProcess>;
  /** Folders and event listener of a process. */
  at: (name: string) => Readonly<{ folder: string; logFolder: string; onEvent?: OnProcessEvent }>;
  /** Adds a started process to `processes`. */
  track: <T extends Readonly<{ process: ManagedProcess }>>(started: T) => T;
}>;

export const runContext = (
  data: DataFolder,
  services: readonly ServiceSpec[],
  onEvent?: OnProcessEvent,
): RunContext => {
  const processes = new Map<string, ManagedProcess>();
  return {
    data,
    services,
    secret: secretsIn(data.secrets),
    network: directNetwork,
    processes,
    at: (name) => ({
      folder: join(data.folder, name),
      logFolder: data.logs,
      ...(onEvent && { onEvent }),
    }),
    track: (started) => {
      processes.set(started.process.name, started.process);
      return started;
    },
  };
};

/** Waits for all starts before it throws the first failure, so that everything started by then is tracked. */
export const allStarted = async <T>(starts: readonly Promise<T>[]): Promise<T[]> => {
  await Promise.allSettled(starts);
  return Promise.all(starts);
};
