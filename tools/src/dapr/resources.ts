import { stringify } from 'yaml';

export type Resource = Readonly<{ apiVersion: string; kind: string; metadata: Readonly<{ name: string }> }> &
  Readonly<Record<string, unknown>>;

export type SecretFile = Readonly<{ name: string; appId: string; file: string }>;
export type StateStore = Readonly<{ name: string; appId: string; databaseUrl: string }>;

export type PubSub = Readonly<{
  name: string;
  redisAddress: string;
  /** Topics by app-id. An app that is not listed may use all of them. */
  publishes?: Readonly<Record<string, readonly string[]>>;
  subscribes?: Readonly<Record<string, readonly string[]>>;
}>;

export type Subscription = Readonly<{ appId: string; topic: string; route: string; pubsub: string }>;

/** Connections of one sidecar to its database. */
const STATE_CONNECTIONS = 16;
/** With Dapr's default of 10 workers bulk delivery is limited to batches of 10. */
const PUBSUB_WORKERS = 256;
const PUBSUB_QUEUE = 1024;
/** Messages that the broker keeps of one topic. Whoever was away longer reads the owner's feed. */
const TOPIC_LENGTH = 100_000;
/** What one delivery holds at most, and how long a lonely message waits for company. */
const BULK_MESSAGES = 500;
const BULK_WAIT_MS = 5;

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
    metadata: Object.entries(metadata).map(([key, value]) => ({ name: key, value })),
  },
  ...(scopes.length > 0 && { scopes }),
});

const scopeText = (topics: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(topics)
    .map(([app, names]) => `${app}=${names.join(',')}`)
    .join(';');

export const stateStore = ({ name, appId, databaseUrl }: StateStore): Resource =>
  component(
    name,
    'state.postgresql',
    { connectionString: databaseUrl, keyPrefix: 'none', maxConns: String(STATE_CONNECTIONS) },
    [appId],
  );

/** Secrets from a file of JSON: a text by its name. */
export const secretFile = ({ name, appId, file }: SecretFile): Resource =>
  component(name, 'secretstores.local.file', { secretsFile: file }, [appId]);

export const pubSub = ({ name, redisAddress, publishes, subscribes }: PubSub): Resource =>
  component(
    name,
    'pubsub.redis',
    {
      redisHost: redisAddress,
      concurrency: String(PUBSUB_WORKERS),
      queueDepth: String(PUBSUB_QUEUE),
      maxLenApprox: String(TOPIC_LENGTH),
      ...(publishes && { publishingScopes: scopeText(publishes) }),
      ...(subscribes && { subscriptionScopes: scopeText(subscribes) }),
    },
    [],
  );

export const subscription = ({ appId, topic, route, pubsub }: Subscription): Resource => ({
  apiVersion: 'dapr.io/v2alpha1',
  kind: 'Subscription',
  metadata: { name: `${topic.replaceAll('.', '-')}-to-${appId}` },
  spec: {
    pubsubname: pubsub,
    topic,
    routes: { default: route },
    bulkSubscribe: { enabled: true, maxMessagesCount: BULK_MESSAGES, maxAwaitDurationMs: BULK_WAIT_MS },
  },
  scopes: [appId],
});

/**
 * Where the sidecars of one system find each other. Who may call whom is not said here: sidecars know each other only by
 * the certificates that they have on Kubernetes.
 */
export const configuration = (namesFile: string): Resource => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Configuration',
  metadata: { name: 'local' },
  spec: {
    nameResolution: {
      component: 'sqlite',
      version: 'v1',
      // A sidecar that is slow for a minute is still there; one that starts again takes over its address.
      configuration: { connectionString: namesFile, updateInterval: '60s', timeout: '5s' },
    },
    tracing: { samplingRate: '0' },
    // Else every path with an id in it is a series of its own, for as long as the sidecar lives.
    metrics: { http: { increasedCardinality: false } },
  },
});

export const toYaml = (resources: readonly Resource[]): string =>
  resources.map((one) => stringify(one)).join('---\n');
