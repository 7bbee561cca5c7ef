import { stringify } from 'yaml';
import { isKafka, kafkaAddress, topicPrefixOf } from '../broker/address';
import { chartValues } from '../system/chart-values';

export type Resource = Readonly<{ apiVersion: string; kind: string; metadata: Readonly<{ name: string }> }> &
  Readonly<Record<string, unknown>>;

type SecretFile = Readonly<{ name: string; appId: string; file: string }>;
type StateStore = Readonly<{
  name: string;
  appId: string;
  databaseUrl: string;
  /** How often expired rows are deleted, for example `5s`. Default: every hour. */
  cleanupInterval?: string;
}>;

type PubSub = Readonly<{
  name: string;
  /** Of Redis or Kafka. */
  brokerUrl: string;
  /** The app ids that may use the component. Default: all. */
  scopes?: readonly string[];
  /** Topics by app id. An app that is not listed may use all of them. */
  publishes?: Readonly<Record<string, readonly string[]>>;
  subscribes?: Readonly<Record<string, readonly string[]>>;
}>;

export type Subscription = Readonly<{ appId: string; topic: string; route: string; pubsub: string }>;

const component = (
  name: string,
  type: string,
  metadata: Readonly<Record<string, string>>,
  scopes: readonly string[],
): Resource => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Component',
  metadata: { name },
  spec: {
    type,
    version: type.startsWith('state.') ? 'v2' : 'v1',
    ...(!type.startsWith('secretstores.') && { initTimeout: chartValues().dapr.settings.initTimeout }),
    metadata: Object.entries(metadata).map(([key, value]) => ({ name: key, value })),
  },
  ...(scopes.length > 0 && { scopes }),
});

const scopeText = (topics: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(topics)
    .map(([app, names]) => `${app}=${names.join(',')}`)
    .join(';');

/** By default a sidecar looks once a minute for connections that have been idle for too long. */
const withIdleCheck = (databaseUrl: string): string => {
  const url = new URL(databaseUrl);
  url.searchParams.set('pool_health_check_period', '15s');
  return url.href;
};

export const stateStore = ({ name, appId, databaseUrl, cleanupInterval }: StateStore): Resource =>
  component(
    name,
    'state.postgresql',
    {
      connectionString: withIdleCheck(databaseUrl),
      ...chartValues().dapr.settings.stateStore,
      maxConns: String(chartValues().database.connections),
      ...(cleanupInterval !== undefined && { cleanupInterval }),
    },
    [appId],
  );

/** Secrets from a JSON file of strings by name. */
export const secretFile = ({ name, appId, file }: SecretFile): Resource =>
  component(name, 'secretstores.local.file', { secretsFile: file }, [appId]);

/** The address and the password, as metadata of a component. */
export const redisServer = (redisUrl: string): Readonly<Record<string, string>> => {
  const { host, password } = new URL(redisUrl);
  return { redisHost: host, redisPassword: password };
};

const kafkaCluster = (brokerUrl: string): Readonly<Record<string, string>> => {
  const { brokers, login, tls } = kafkaAddress(brokerUrl);
  return {
    brokers: brokers.join(','),
    authType: login ? 'password' : 'none',
    ...(login && {
      saslUsername: login.username,
      saslPassword: login.password,
      saslMechanism: login.mechanism,
    }),
    disableTls: String(!tls),
    consumerGroup: `${topicPrefixOf(brokerUrl)}{appID}`,
  };
};

export const pubSub = ({ name, brokerUrl, publishes, subscribes, scopes = [] }: PubSub): Resource =>
  component(
    name,
    isKafka(brokerUrl) ? 'pubsub.kafka' : 'pubsub.redis',
    {
      ...(isKafka(brokerUrl)
        ? { ...kafkaCluster(brokerUrl), ...chartValues().dapr.settings.kafka }
        : { ...redisServer(brokerUrl), ...chartValues().dapr.settings.redis }),
      ...(publishes && { publishingScopes: scopeText(publishes) }),
      ...(subscribes && { subscriptionScopes: scopeText(subscribes) }),
    },
    scopes,
  );

export const subscription = ({ appId, topic, route, pubsub }: Subscription): Resource => ({
  apiVersion: 'dapr.io/v2alpha1',
  kind: 'Subscription',
  metadata: { name: `${topic.replaceAll('.', '-')}-to-${appId}` },
  spec: {
    pubsubname: pubsub,
    topic,
    routes: { default: route },
  },
  scopes: [appId],
});

/** Retries by the sidecar itself; the apps retry everything else. */
export const resiliency = (scopes: readonly string[]): Resource => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Resiliency',
  metadata: { name: 'bankside' },
  spec: { policies: { retries: chartValues().dapr.settings.retries }, targets: {} },
  scopes,
});

/**
 * Where the sidecars of one system find each other. It has no access control list: without the certificates that they
 * have on Kubernetes, sidecars cannot identify each other, so the services check their callers themselves.
 */
export const configuration = (namesFile: string, apis?: readonly string[]): Resource => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Configuration',
  metadata: { name: 'local' },
  spec: {
    features: chartValues().dapr.settings.features,
    metrics: chartValues().dapr.settings.metrics,
    tracing: { samplingRate: chartValues().dapr.tracing.samplingRate },
    ...(apis && { api: { allowed: apis.map((name) => ({ name, version: 'v1', protocol: 'http' })) } }),
    nameResolution: {
      component: 'sqlite',
      version: 'v1',
      configuration: {
        connectionString: namesFile,
        // A sidecar that does not respond for a minute keeps its entry; one that restarts takes over its address.
        updateInterval: '60s',
        timeout: '5s',
        cleanupInterval: '0s', // Every hour it would delete the entries of all sidecars that run (Dapr 1.18).
      },
    },
  },
});

export const toYaml = (resources: readonly Resource[]): string =>
  resources.map((one) => stringify(one)).join('---\n');
