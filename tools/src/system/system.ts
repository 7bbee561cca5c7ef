import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PreflightError } from '../errors';
import { createTopics, deleteTopics, requireKafka, type Topic } from '../broker/kafka';
import { sidecarOf } from '../network/pairs';
import { freePort, isPortFree } from '../ports';
import type { ManagedProcess, OnProcessEvent } from '../supervision/restart-on-exit';
import { FOR_THE_SYSTEM, prepareBinaries } from '../toolchain/binary';
import { FERRETDB, startBacking } from './backing';
import { takeDataFolder, writeAddresses, type SystemAddresses } from './data-folder';
import { startNetwork } from '../processes/network';
import { proxiedNetwork, type ProxiedNetwork } from './network';
import { allStarted, runContext, type RunContext } from './run-context';
import { topicOf } from './resources';
import { startWithSidecar } from './service-process';
import { allServices, instancesOf, type ServiceSpec } from './services';

export type SystemOptions = Readonly<{
  dataDir: string;
  /** Default: a free port. */
  gatewayPort?: number;
  /** Default: a free port. */
  temporalUiPort?: number;
  /** Only these services. Default: all. */
  services?: readonly string[];
  /** Environment variables of every service, in addition to its own. */
  env?: Readonly<Record<string, string>>;
  /** Bundles that replace those of services, by service: broken ones, for a test that must notice it. */
  programs?: Readonly<Record<string, string>>;
  /** The processes communicate through a proxy, which can impair each of their links. Default: directly. */
  network?: boolean;
  onEvent?: OnProcessEvent;
}>;

export type System = Readonly<{
  addresses: SystemAddresses;
  /**
   * Every process by name: `postgres`, `redis`, `temporal`, `ferretdb`, `<service>`, `<service>-dapr`, and for a second
   * replica `<service>-2`, `<service>-2-dapr`.
   */
  processes: () => ReadonlyMap<string, ManagedProcess>;
  /** Of each service that publishes or consumes events. */
  replicas: number;
  /** With the option `network`. */
  network?: ProxiedNetwork;
  stop: () => Promise<void>;
}>;

const GATEWAY = 'gateway';

const requirePort = async (port: number | undefined, purpose: string, variable: string): Promise<number> => {
  if (port === undefined) return freePort();
  if (await isPortFree(port)) return port;
  throw new PreflightError(
    `Port ${port} for ${purpose} is in use. Free it, or choose another: ${variable}=${port + 1} npm start.`,
  );
};

const startAll = async (context: RunContext, options: SystemOptions): Promise<SystemAddresses> => {
  const { data, services, kafka } = context;
  const gatewayPort = await requirePort(options.gatewayPort, 'the gateway', 'BANKSIDE_GATEWAY_PORT');
  const temporalUiPort = await requirePort(
    options.temporalUiPort,
    "Temporal's web page",
    'BANKSIDE_TEMPORAL_UI_PORT',
  );
  if (kafka) await createTopics(kafka.url, topicsOf(services, kafka.url));
  const { databases, ...addresses } = await startBacking(context, temporalUiPort);
  const backing = { ...addresses, databases };
  const namesFolder = join(data.folder, 'names');
  rmSync(namesFolder, { recursive: true, force: true });
  mkdirSync(namesFolder, { recursive: true });
  const startOne = async (service: ServiceSpec) => {
    const { name } = service;
    const bundle = options.programs?.[name];
    const start = async (instance: string) =>
      startWithSidecar(service, context, backing, {
        port: name === GATEWAY ? gatewayPort : await freePort(),
        instance,
        namesFile: join(namesFolder, 'names.db'),
        ...(bundle !== undefined && { bundle }),
        ...(options.env && { env: options.env }),
      });
    const first = await start(name); // It migrates the database.
    await allStarted(instancesOf(service, context.replicas).slice(1).map(start));
    return [name, first] as const;
  };
  const started = Object.fromEntries(await allStarted(services.map(startOne)));
  const gatewayUrl = started[GATEWAY]?.url;
  return { ...addresses, ...(gatewayUrl !== undefined && { gatewayUrl }), services: started };
};

const startProxied = async (context: RunContext): Promise<ProxiedNetwork> => {
  const { at, kafka, replicas, secret, services, track } = context;
  const { proxy } = track(await startNetwork({ ...at('network'), token: secret('network-token') }));
  return proxiedNetwork(proxy, services, { replicas, directBroker: kafka !== undefined });
};

/** The topics of the event-sourced services. Those of a generated prefix are deleted at the end, like the messages of Redis. */
const topicsOf = (services: readonly ServiceSpec[], brokerUrl: string): readonly Topic[] =>
  services
    .filter(({ eventSourced }) => eventSourced)
    .map(({ name, feedPartitions }) => ({ topic: topicOf(name, brokerUrl), partitions: feedPartitions }));

/** Stops the services, then their sidecars, then what these depend on. */
const stopAll = async (context: RunContext): Promise<void> => {
  const { data, processes, services, replicas, kafka } = context;
  const instances = services.flatMap((service) => instancesOf(service, replicas));
  const order = [
    instances,
    instances.map(sidecarOf),
    [FERRETDB, 'temporal', 'redis'],
    ['postgres'],
    ['network'],
  ];
  for (const names of order) await Promise.all(names.map(async (name) => processes.get(name)?.stop()));
  if (kafka?.prefixIsGenerated)
    await deleteTopics(
      kafka.url,
      topicsOf(services, kafka.url).map(({ topic }) => topic),
    ).catch(() => {
      // The cluster is gone. Its topics stay.
    });
  data.release();
};

const chosen = (names: readonly string[] | undefined): readonly ServiceSpec[] => {
  const all = allServices();
  const unknown = names?.filter((name) => !all.some((service) => service.name === name)) ?? [];
  if (unknown.length > 0)
    throw new PreflightError(
      `There is no service ${unknown.join(', ')}. charts/bankside/values.yaml has ${all.map(({ name }) => name).join(', ')}.`,
    );
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
};

const MOST_REPLICAS = 5;

/** @throws PreflightError */
const replicasFrom = (text: string): number => {
  const replicas = Number(text);
  if (Number.isInteger(replicas) && replicas >= 1 && replicas <= MOST_REPLICAS) return replicas;
  throw new PreflightError(`REPLICAS is ${text}, but must be a number from 1 to ${MOST_REPLICAS}.`);
};

/**
 * Starts the system on a data folder, on the Kafka cluster of the variable BROKER if it is set, and with as many replicas of each service that publishes or consumes events as REPLICAS states. Resolves when every service is ready.
 * @throws PreflightError when the folder or a port is in use, or a program is missing
 */
export const startSystem = async (options: SystemOptions): Promise<System> => {
  const services = chosen(options.services);
  const brokerUrl = process.env['BROKER'] || undefined;
  const replicas = replicasFrom(process.env['REPLICAS'] || '1');
  if (brokerUrl !== undefined) await requireKafka(brokerUrl);
  await prepareBinaries(FOR_THE_SYSTEM.filter((name) => name !== 'redis' || brokerUrl === undefined));
  const data = takeDataFolder(options.dataDir);
  const context = runContext(data, services, { replicas, brokerUrl, onEvent: options.onEvent });
  try {
    const network = options.network ? await startProxied(context) : undefined;
    const addresses = await startAll({ ...context, ...(network && { network }) }, options);
    writeAddresses(data.systemFile, addresses);
    return {
      addresses,
      processes: () => context.processes,
      replicas,
      ...(network && { network }),
      stop: () => stopAll(context),
    };
  } catch (error) {
    await stopAll(context);
    throw error;
  }
};
