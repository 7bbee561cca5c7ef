import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pubSub, stateStore, subscription, type Resource } from '../dapr/resources';
import { startSidecar as start } from '../processes/sidecar';
import type { ManagedProcess } from '../supervision/restart-on-exit';
import { sharedAddress } from './addresses';

export type TestSidecarOptions = Readonly<{
  /** Give each test its own: topics and consumer groups on the shared broker go by it. */
  appId: string;
  appPort?: number;
  /** Where the state component finds its tables, which `stateMigrations` create. Without it there is none. */
  databaseUrl?: string;
  /** How often the state component deletes expired rows. Default: every hour. */
  cleanupInterval?: string;
  /** Default `<app-id>-store`. */
  stateStore?: string;
  /** The broker behind the component `pubsub`. Without it there is none. */
  brokerUrl?: string;
  subscriptions?: readonly Readonly<{ topic: string; route: string }>[];
  /** Sidecars that shall find each other share one file. */
  namesFile?: string;
  appApiToken?: string;
  /** The HTTP APIs that it serves. Default: all. */
  apis?: readonly string[];
  /** Further components, for example a secret store. */
  resources?: readonly Resource[];
}>;

export type TestSidecar = Readonly<{
  httpPort: number;
  grpcPort: number;
  httpUrl: string;
  process: ManagedProcess;
  /** As `kill -9`: it is started again on the same ports. */
  kill: () => void;
  stop: () => Promise<void>;
}>;

/** A file for `namesFile`, in the folder of the shared dependencies. */
export const newNamesFile = (): string => join(sharedAddress('FOLDER'), `names-${randomUUID()}.db`);

const resourcesOf = (options: TestSidecarOptions) => {
  const { appId, databaseUrl, cleanupInterval, brokerUrl, subscriptions = [], resources = [] } = options;
  const state =
    databaseUrl === undefined
      ? []
      : [
          stateStore({
            name: options.stateStore ?? `${appId}-store`,
            appId,
            databaseUrl,
            ...(cleanupInterval !== undefined && { cleanupInterval }),
          }),
        ];
  const broker = brokerUrl === undefined ? [] : [pubSub({ name: 'pubsub', brokerUrl })];
  return [
    ...state,
    ...broker,
    ...resources,
    ...subscriptions.map((one) => subscription({ ...one, appId, pubsub: 'pubsub' })),
  ];
};

/** A real sidecar for one service under test. */
export const startSidecar = async (options: TestSidecarOptions): Promise<TestSidecar> => {
  const folder = mkdtempSync(join(tmpdir(), `bankside-${options.appId}-`));
  const { appId, appPort, appApiToken, apis } = options;
  const { process, httpPort, grpcPort } = await start({
    appId,
    folder: join(folder, 'dapr'),
    logFolder: folder,
    resources: resourcesOf(options),
    namesFile: options.namesFile ?? join(folder, 'names.db'),
    ...(appPort !== undefined && { appPort }),
    ...(appApiToken !== undefined && { appApiToken }),
    ...(apis && { apis }),
  });
  return {
    httpPort,
    grpcPort,
    httpUrl: `http://127.0.0.1:${httpPort}`,
    process,
    kill: () => process.kill('SIGKILL'),
    stop: async () => {
      await process.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
