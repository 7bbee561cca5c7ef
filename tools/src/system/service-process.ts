import { join } from 'node:path';
import { isKafka, topicPrefixOf } from '../broker/address';
import { freePort } from '../ports';
import { sidecarOf } from '../network/pairs';
import { mongodbDatabase } from '../processes/ferretdb';
import { migrateDatabase } from '../processes/migrations';
import { bundleOf, startService } from '../processes/service';
import { startSidecar } from '../processes/sidecar';
import type { Backing } from './backing';
import { allowedCallsOf } from './allowed-calls';
import type { ServiceAddresses } from './data-folder';
import { eventKeysEnv } from './event-keys';
import { identityEnv } from './identity';
import { secretsFileOf } from './personal-data';
import { urlThrough } from './network';
import { resourcesOf, storeOf } from './resources';
import { allStarted, type RunContext } from './run-context';
import { usesBroker, type ServiceSpec } from './services';

type ServiceProcessOptions = Readonly<{
  /** Where clients reach the service. */
  port: number;
  /** The replica of the service. */
  instance: string;
  /** The file in which the sidecars find each other. */
  namesFile: string;
  /** Default: the service's own. */
  bundle?: string;
  /** Overrides the variables that the service gets from its declaration. */
  env?: Readonly<Record<string, string>>;
}>;

const appApiToken = ({ secret }: RunContext, service: string): string => secret(`${service}-app-api-token`);
const daprApiToken = ({ secret }: RunContext, service: string): string => secret(`${service}-dapr-api-token`);

const environmentOf = async (
  service: ServiceSpec,
  instance: string,
  context: RunContext,
  backing: Backing,
): Promise<Record<string, string>> => {
  const { name, eventSourced, feedPartitions, mongodb, temporal, expose } = service;
  const { network, secret, services } = context;
  const through = (to: string, url: string): Promise<string> => urlThrough(network, instance, to, url);
  const databaseUrl = backing.databases[name]?.url;
  return {
    HOST: '127.0.0.1',
    ...identityEnv(name, secret),
    ...eventKeysEnv(service, secret),
    ...(!expose && {
      APP_API_TOKEN: appApiToken(context, name),
      ALLOWED_CALLS: JSON.stringify(allowedCallsOf(name, services)),
    }),
    ...(eventSourced && { FINGERPRINT_KEY: secret('fingerprint-key') }),
    ...(databaseUrl !== undefined && { DATABASE_URL: await through('postgres', databaseUrl) }),
    ...(eventSourced && {
      STATE_STORE: storeOf(name),
      FEED_PARTITIONS: String(feedPartitions),
      TOPIC_PREFIX: topicPrefixOf(backing.brokerUrl),
    }),
    ...(mongodb &&
      backing.mongodbUrl !== undefined && {
        MONGODB_URL: await through('ferretdb', mongodbDatabase(backing.mongodbUrl, name)),
      }),
    ...(temporal && {
      TEMPORAL_ADDRESS: await network.reach(instance, 'temporal', backing.temporalAddress),
      TEMPORAL_UI_URL: backing.temporalUiUrl,
    }),
  };
};

/** Where the sidecar of a service reaches the broker. */
const brokerUrlFor = async (
  service: ServiceSpec,
  sidecar: string,
  { network }: RunContext,
  { brokerUrl }: Backing,
): Promise<string> =>
  usesBroker(service) && !isKafka(brokerUrl) ? urlThrough(network, sidecar, 'redis', brokerUrl) : brokerUrl;

/** Starts the sidecar and the program of a replica; the first one migrates the database before. Resolves when both are ready. */
export const startWithSidecar = async (
  service: ServiceSpec,
  context: RunContext,
  backing: Backing,
  { port, instance, namesFile, bundle, env }: ServiceProcessOptions,
): Promise<ServiceAddresses> => {
  const { name, expose } = service;
  const { at, data, network, secret, services, track } = context;
  const sidecarName = sidecarOf(instance);
  const portOf = async (from: string, to: string, listensOn: number): Promise<number> =>
    Number((await network.reach(from, to, `127.0.0.1:${listensOn}`)).split(':')[1]);
  const database = backing.databases[name];
  if (database !== undefined && instance === name) await migrateDatabase(service, database);
  const [httpPort, grpcPort] = [await freePort(), await freePort()];
  const metricsPort = expose ? await freePort() : port;
  const proxied = await network.proxied(instance);
  const sidecar = startSidecar({
    ...at(`dapr/${instance}`),
    appId: name,
    name: sidecarName,
    appPort: await portOf(sidecarName, instance, port),
    httpPort,
    grpcPort,
    resources: resourcesOf(service, services, {
      brokerUrl: await brokerUrlFor(service, sidecarName, context, backing),
      ...(database !== undefined &&
        service.eventSourced && {
          databaseUrl: await urlThrough(network, sidecarName, 'postgres', database.url),
        }),
      secretsFile: secretsFileOf(service, data.folder, secret),
    }),
    appApiToken: appApiToken(context, name),
    apiToken: daprApiToken(context, name),
    namesFile,
    ...(proxied && { proxied }),
  }).then(track);
  const program = startService({
    ...at(instance),
    name: instance,
    port,
    bundle: bundle ?? bundleOf(name),
    codeCache: join(data.folder, 'code-cache'),
    env: {
      ...(await environmentOf(service, instance, context, backing)),
      DAPR_HTTP_PORT: String(await portOf(instance, sidecarName, httpPort)),
      DAPR_GRPC_PORT: String(await portOf(instance, sidecarName, grpcPort)),
      DAPR_API_TOKEN: daprApiToken(context, name),
      ...(expose && { METRICS_PORT: String(metricsPort) }),
      ...env,
    },
  }).then((started) => track({ process: started }));
  await allStarted<unknown>([sidecar, program]);
  return {
    url: `http://127.0.0.1:${port}`,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    daprUrl: `http://127.0.0.1:${httpPort}`,
    daprApiToken: daprApiToken(context, name),
    ...(database && { databaseUrl: database.url, ownerDatabaseUrl: database.ownerUrl }),
  };
};
