import { join } from 'node:path';
import type { ManagedProcess, OnProcessEvent } from '../supervision/restart-on-exit';
import type { DataFolder } from './data-folder';
import { directNetwork, type Network } from './network';
import { randomBytes } from 'node:crypto';
import { kafkaAddress, withPrefix } from '../broker/address';
import { secretsIn, type SecretOf } from './secrets';
import type { ServiceSpec } from './services';

/** One run of the system: where it keeps its data, its secrets, and the processes started so far. */
export type RunContext = Readonly<{
  data: DataFolder;
  services: readonly ServiceSpec[];
  /** Of each service that publishes or consumes events. */
  replicas: number;
  secret: SecretOf;
  network: Network;
  /** A Kafka cluster that runs already. Without it, the system starts Redis. */
  kafka: Readonly<{ url: string; prefixIsGenerated: boolean }> | undefined;
  processes: ReadonlyMap<string, ManagedProcess>;
  /** Folders and event listener of a process. */
  at: (name: string) => Readonly<{ folder: string; logFolder: string; onEvent?: OnProcessEvent }>;
  /** Adds a started process to `processes`. */
  track: <T extends Readonly<{ process: ManagedProcess }>>(started: T) => T;
}>;

/** Systems that share a cluster do not share topics. */
const newPrefix = (): string => `bankside-${randomBytes(4).toString('hex')}`;

export const runContext = (
  data: DataFolder,
  services: readonly ServiceSpec[],
  options: Readonly<{
    replicas: number;
    brokerUrl: string | undefined;
    onEvent: OnProcessEvent | undefined;
  }>,
): RunContext => {
  const { replicas, brokerUrl, onEvent } = options;
  const secret = secretsIn(data.secrets);
  const processes = new Map<string, ManagedProcess>();
  return {
    data,
    services,
    replicas,
    network: directNetwork,
    secret,
    kafka:
      brokerUrl === undefined
        ? undefined
        : {
            url: withPrefix(brokerUrl, secret('topic-prefix', newPrefix)),
            prefixIsGenerated: kafkaAddress(brokerUrl).prefix === '',
          },
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
