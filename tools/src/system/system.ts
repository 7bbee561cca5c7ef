import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { closeServer, type Database } from '../processes/database';
import { startFerretdb } from '../processes/ferretdb';
import { addFerretdbIndexes } from '../processes/ferretdb-indexes';
import { migrateDatabase } from '../processes/migrations';
import { startPostgres } from '../processes/postgres';
import { startRedis } from '../processes/redis';
import { bundleOf, startService } from '../processes/service';
import { startSidecar } from '../processes/sidecar';
import { startTemporal } from '../processes/temporal';
import { freePort, isPortFree } from '../ports';
import { PreflightError } from '../errors';
import type { OnProcessEvent, ManagedProcess } from '../supervision/restart-on-exit';
import { prepareBinaries } from '../toolchain/binary';
import { identityEnv } from './identity';
import { takeDataFolder, writeAddresses, type DataFolder, type SystemAddresses } from './data-folder';
import { callersEnv } from './callers';
import { secretsFileOf } from './personal-data';
import { createDatabases } from './databases';
import { resourcesOf, storeOf } from './resources';
import { secretsIn, type SecretOf } from './secrets';
import { allServices, type ServiceSpec } from './services';

export type SystemOptions = Readonly<{
  dataDir: string;
  /** Default: found free. */
  gatewayPort?: number;
  temporalUiPort?: number;
  /** Only these services. Default: all. */
  services?: readonly string[];
  /** Given to every service in addition. */
  env?: Readonly<Record<string, string>>;
  /** Bundles that run in place of a service's own: what a test has broken, to see it noticed. */
  programs?: Readonly<Record<string, string>>;
  onEvent?: OnProcessEvent;
}>;

export type System = Readonly<{
  addresses: SystemAddresses;
  /** Every process by name: `postgres`, `redis`, `temporal`, `ferretdb`, `<service>`, `<service>-dapr`. */
  processes: () => ReadonlyMap<string, ManagedProcess>;
  stop: () => Promise<void>;
}>;

type Backing = Readonly<{
  postgresUrl: string;
  redisAddress: string;
  temporalAddress: string;
  temporalUiUrl: string;
  databases: Readonly<Record<string, Database>>;
  mongodbUrl?: string;
}>;

const FERRETDB = 'ferretdb';

const portOrProblem = async (port: number | undefined, what: string, variable: string): Promise<number> => {
  if (port === undefined) return freePort();
  if (await isPortFree(port)) return port;
  throw new PreflightError(
    `Port ${port} for ${what} is in use. Free it, or choose another: ${variable}=${port + 1} npm start.`,
  );
};

/** What is being started, so that all of it can be stopped again at any moment. */
class Platform {
  readonly running = new Map<string, ManagedProcess>();
  private readonly secret: SecretOf;

  constructor(
    private readonly data: DataFolder,
    private readonly options: SystemOptions,
    private readonly services: readonly ServiceSpec[],
  ) {
    this.secret = secretsIn(data.secrets);
  }

  async start(): Promise<SystemAddresses> {
    const gatewayPort = await portOrProblem(this.options.gatewayPort, 'the gateway', 'BANKSIDE_GATEWAY_PORT');
    const uiPort = await portOrProblem(
      this.options.temporalUiPort,
      "Temporal's web page",
      'BANKSIDE_TEMPORAL_UI_PORT',
    );
    const backing = await this.startBacking(uiPort);
    rmSync(this.namesFolder(), { recursive: true, force: true });
    mkdirSync(this.namesFolder(), { recursive: true });
    const started = await this.all(
      this.services.map((service) => this.startService(service, backing, gatewayPort)),
    );
    const { databases: _, ...addresses } = backing;
    const gateway = this.services.some(({ name }) => name === 'gateway');
    return {
      ...addresses,
      ...(gateway && { gatewayUrl: `http://127.0.0.1:${gatewayPort}` }),
      services: Object.fromEntries(started),
    };
  }

  /** Services first, then their sidecars, then what these need. */
  async stop(): Promise<void> {
    const order = [
      this.services.map(({ name }) => name),
      this.services.map(({ name }) => `${name}-dapr`),
      [FERRETDB, 'temporal', 'redis'],
      ['postgres'],
    ];
    for (const names of order) await Promise.all(names.map(async (name) => this.running.get(name)?.stop()));
    this.data.release();
  }

  private namesFolder(): string {
    return join(this.data.folder, 'names');
  }

  private at(name: string) {
    const { onEvent } = this.options;
    return { folder: join(this.data.folder, name), logFolder: this.data.logs, ...(onEvent && { onEvent }) };
  }

  private keep<T extends Readonly<{ process: ManagedProcess }>>(part: T): T {
    this.running.set(part.process.name, part.process);
    return part;
  }

  /** All of them end before a failure is reported: whatever has been started by then is known and can be stopped. */
  private async all<T>(starts: readonly Promise<T>[]): Promise<T[]> {
    const results = await Promise.allSettled(starts);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  private async startBacking(uiPort: number): Promise<Backing> {
    const databases = async () => {
      const { adminUrl } = this.keep(await startPostgres(this.at('postgres')));
      return { adminUrl, ...(await this.prepareDatabases(adminUrl)) };
    };
    const stores = databases();
    const broker = startRedis(this.at('redis')).then((part) => this.keep(part));
    const workflows = startTemporal({ ...this.at('temporal'), uiPort }).then((part) => this.keep(part));
    await Promise.allSettled([stores, broker, workflows]);
    const [{ adminUrl, urls, mongodbUrl }, { address: redisAddress }, temporal] = await Promise.all([
      stores,
      broker,
      workflows,
    ]);
    return {
      postgresUrl: adminUrl,
      redisAddress,
      temporalAddress: temporal.address,
      temporalUiUrl: `http://127.0.0.1:${uiPort}`,
      databases: urls,
      ...(mongodbUrl !== undefined && { mongodbUrl }),
    };
  }

  private async prepareDatabases(adminUrl: string) {
    await closeServer(adminUrl);
    const documents = this.services.some(({ mongodb }) => mongodb);
    const names = this.services.filter(({ database }) => database).map(({ name }) => name);
    const urls = await createDatabases(adminUrl, [...names, ...(documents ? [FERRETDB] : [])], this.secret);
    const postgresUrl = urls[FERRETDB]?.ownerUrl;
    if (postgresUrl === undefined) return { urls, mongodbUrl: undefined };
    await addFerretdbIndexes(adminUrl, FERRETDB);
    return { urls, mongodbUrl: this.keep(await startFerretdb({ ...this.at(FERRETDB), postgresUrl })).url };
  }

  private async startService(service: ServiceSpec, backing: Backing, gatewayPort: number) {
    const { name } = service;
    const port = name === 'gateway' ? gatewayPort : await freePort();
    const database = backing.databases[name];
    if (database !== undefined) await migrateDatabase(service, database);
    const databaseUrl = database?.url;
    const { redisAddress } = backing;
    const [httpPort, grpcPort] = [await freePort(), await freePort()];
    const sidecar = startSidecar({
      ...this.at(`dapr/${name}`),
      appId: name,
      appPort: port,
      httpPort,
      grpcPort,
      resources: resourcesOf(service, this.services, {
        redisAddress,
        ...(databaseUrl !== undefined && { databaseUrl }),
        secretsFile: secretsFileOf(service, this.data.folder, this.secret),
      }),
      appApiToken: this.appApiToken(name),
      apiToken: this.daprApiToken(name),
      namesFile: join(this.namesFolder(), 'names.db'),
    }).then((part) => this.keep(part));
    const sidecarEnv = {
      DAPR_HTTP_PORT: String(httpPort),
      DAPR_GRPC_PORT: String(grpcPort),
      DAPR_API_TOKEN: this.daprApiToken(name),
    };
    const metricsPort = service.expose ? await freePort() : port;
    const program = startService({
      ...this.at(name),
      name,
      port,
      bundle: this.options.programs?.[name] ?? bundleOf(name),
      codeCache: join(this.data.folder, 'code-cache'),
      env: {
        ...this.envOf(service, backing),
        ...sidecarEnv,
        ...(metricsPort !== port && { METRICS_PORT: String(metricsPort) }),
        ...this.options.env,
      },
    }).then((running) => this.keep({ process: running }));
    await this.all<unknown>([sidecar, program]);
    const address = {
      url: `http://127.0.0.1:${port}`,
      metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
      daprUrl: `http://127.0.0.1:${httpPort}`,
      daprApiToken: this.daprApiToken(name),
    };
    return [
      name,
      {
        ...address,
        ...(database && { databaseUrl: database.url, ownerDatabaseUrl: database.ownerUrl }),
      },
    ] as const;
  }

  private appApiToken(service: string): string {
    return this.secret(`${service}-app-api-token`);
  }

  private daprApiToken(service: string): string {
    return this.secret(`${service}-dapr-api-token`);
  }

  private envOf(
    { name, eventSourced, feedPartitions, mongodb, temporal, expose }: ServiceSpec,
    backing: Backing,
  ): Record<string, string> {
    const databaseUrl = backing.databases[name]?.url;
    return {
      APP_ID: name,
      HOST: '127.0.0.1',
      ...identityEnv(name, this.secret),
      ...(!expose && { APP_API_TOKEN: this.appApiToken(name), ...callersEnv(name, this.services) }),
      ...(eventSourced && { FINGERPRINT_KEY: this.secret('fingerprint-key') }),
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
      ...(eventSourced && { STATE_STORE: storeOf(name), FEED_PARTITIONS: String(feedPartitions) }),
      ...(mongodb && backing.mongodbUrl !== undefined && { MONGODB_URL: `${backing.mongodbUrl}/${name}` }),
      ...(temporal && { TEMPORAL_ADDRESS: backing.temporalAddress, TEMPORAL_UI_URL: backing.temporalUiUrl }),
    };
  }
}

const chosen = (names: readonly string[] | undefined): readonly ServiceSpec[] => {
  const all = allServices();
  const unknown = names?.filter((name) => !all.some((service) => service.name === name)) ?? [];
  if (unknown.length > 0)
    throw new PreflightError(`There is no service ${unknown.join(', ')} in charts/bankside/values.yaml.`);
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
};

/** Starts everything on a data folder of its own, and is ready when every service says so. */
export const startSystem = async (options: SystemOptions): Promise<System> => {
  const services = chosen(options.services);
  await prepareBinaries();
  const data = takeDataFolder(options.dataDir);
  const platform = new Platform(data, options, services);
  try {
    const addresses = await platform.start();
    writeAddresses(data.systemFile, addresses);
    return { addresses, processes: () => platform.running, stop: () => platform.stop() };
  } catch (error) {
    await platform.stop();
    throw error;
  }
};
