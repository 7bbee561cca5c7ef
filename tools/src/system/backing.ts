import { closeServer, type Database } from '../processes/database';
import { startFerretdb } from '../processes/ferretdb';
import { prepareFerretdbDatabase } from '../processes/ferretdb-database';
import { startPostgres } from '../processes/postgres';
import { startRedis } from '../processes/redis';
import { startTemporal } from '../processes/temporal';
import { createDatabases } from './databases';
import { urlThrough } from './network';
import { allStarted, type RunContext } from './run-context';

/** The addresses of what the services depend on. */
export type Backing = Readonly<{
  postgresUrl: string;
  /** Of Redis or Kafka. */
  brokerUrl: string;
  temporalAddress: string;
  temporalUiUrl: string;
  /** By service. */
  databases: Readonly<Record<string, Database>>;
  mongodbUrl?: string;
}>;

export const FERRETDB = 'ferretdb';

/** Minutes of use fill any. Pages beyond it are in the cache of the operating system, which returns them under pressure. */
const SHARED_BUFFERS = '32MB';

const startStores = async ({ at, network, track, services, secret }: RunContext) => {
  const { adminUrl } = track(await startPostgres({ ...at('postgres'), sharedBuffers: SHARED_BUFFERS }));
  await closeServer(adminUrl);
  const needsMongodb = services.some(({ mongodb }) => mongodb);
  const names = services.filter(({ database }) => database).map(({ name }) => name);
  const databases = await createDatabases(adminUrl, [...names, ...(needsMongodb ? [FERRETDB] : [])], secret);
  const ownerUrl = databases[FERRETDB]?.ownerUrl;
  if (ownerUrl === undefined) return { adminUrl, databases };
  await prepareFerretdbDatabase(adminUrl, FERRETDB);
  const postgresUrl = await urlThrough(network, FERRETDB, 'postgres', ownerUrl);
  const { url } = track(await startFerretdb({ ...at(FERRETDB), postgresUrl }));
  return { adminUrl, databases, mongodbUrl: url };
};

/** Starts PostgreSQL with a database for each service, FerretDB where a service needs it, the broker and Temporal. */
export const startBacking = async (context: RunContext, temporalUiPort: number): Promise<Backing> => {
  const { at, secret, track } = context;
  const stores = startStores(context);
  const broker =
    context.kafka === undefined
      ? startRedis({ ...at('redis'), password: secret('redis-password') }).then(track)
      : { url: context.kafka.url };
  const workflows = startTemporal({ ...at('temporal'), uiPort: temporalUiPort }).then(track);
  await allStarted<unknown>([stores, Promise.resolve(broker), workflows]);
  const { adminUrl, databases, mongodbUrl } = await stores;
  return {
    postgresUrl: adminUrl,
    brokerUrl: (await broker).url,
    temporalAddress: (await workflows).address,
    temporalUiUrl: `http://127.0.0.1:${temporalUiPort}`,
    databases,
    ...(mongodbUrl !== undefined && { mongodbUrl }),
  };
};
