import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertRules, dashboards } from '@bankside/metrics/observability';
import { parse } from 'yaml';
import { projectRoot } from '../root';
import { allowedCallsOf } from '../system/allowed-calls';
import { allServices } from '../system/services';
import { configuration } from '../dapr/resources';
import { resourcesOf } from '../system/resources';
import { helm, render, renderText, type Rendering } from './helm';
import { idOf, manifestsIn, type Manifest } from './manifest';
import { podOf, policyProblems, unguarded } from './policies';
import { schemaChecker } from './schema-check';

const chartFolder = (name: string): string => join(projectRoot, 'charts', name);
const bankside = chartFolder('bankside');
const backing = chartFolder('backing');
const bankValues = join(bankside, 'values.yaml');
const productionValues = join(bankside, 'values-production.yaml');
const developmentValues = join(bankside, 'values-development.yaml');
const namespace = 'bankside';
/** There is no cluster whose Secrets could be kept. */
const NEW_SECRETS = 'secrets=new';
/** The first run on a machine downloads them. */
const SCHEMAS_WITHIN_MS = 180_000;

const valuesFilesOf = (chart: string): readonly string[] =>
  readdirSync(chart).filter((file) => /^values-.*\.yaml$/.test(file));

/** Kafka is an addition to the values of development or production. */
const filesWith = (file: string): readonly string[] =>
  file === 'values-kafka.yaml' ? [developmentValues, join(bankside, file)] : [join(bankside, file)];

const renderings: readonly (readonly [string, Rendering])[] = [
  ...valuesFilesOf(bankside).map((file): [string, Rendering] => [
    `bankside with ${file}`,
    { chart: bankside, namespace, valuesFiles: filesWith(file) },
  ]),
  [
    'bankside with everything that can be switched on',
    {
      chart: bankside,
      namespace,
      valuesFiles: [productionValues, join(bankside, 'values-kafka.yaml')],
      set: [
        'route.enabled=true',
        'route.gateway.name=public',
        'privateCa.configMap=private-ca',
        'pubsub.loginPerService=true',
        `image.digests.gateway=sha256:${'0'.repeat(64)}`,
        'dapr.tracing.otlpEndpoint=collector:4317',
        'telemetry.otlpEndpoint=http://collector:4318',
        'telemetry.headersSecret=collector',
        'temporal.apiKeySecret=temporal-key',
        'image.pullSecrets={registry}',
        'observability.monitors.enabled=true',
        'observability.monitors.labels.release=prometheus',
        'observability.rules.enabled=true',
        'observability.rules.runbooks=https://runbooks.example',
        'observability.dashboards.enabled=true',
        'scheduling.nodeSelector.pool=bank',
        'scheduling.priorityClassName=high',
      ],
    },
  ],
  ...['', 'http://prometheus.monitoring:9090'].map((prometheus): [string, Rendering] => [
    `bankside scaled by KEDA ${prometheus === '' ? 'alone' : 'and Prometheus'}`,
    {
      chart: bankside,
      namespace,
      valuesFiles: [productionValues],
      set: ['autoscaling.kind=keda', `autoscaling.keda.prometheus=${prometheus}`],
    },
  ]),
  ['backing', { chart: backing, namespace, valuesFiles: [bankValues], set: [NEW_SECRETS] }],
  [
    'backing with TLS',
    { chart: backing, namespace, valuesFiles: [bankValues], set: [NEW_SECRETS, 'tls.secret=backing-tls'] },
  ],
  ...valuesFilesOf(backing).map((file): [string, Rendering] => [
    `backing with ${file}`,
    { chart: backing, namespace, valuesFiles: [bankValues, join(backing, file)], set: [NEW_SECRETS] },
  ]),
];

let schemaProblems: Awaited<ReturnType<typeof schemaChecker>>;
beforeAll(async () => {
  schemaProblems = await schemaChecker();
}, SCHEMAS_WITHIN_MS);

it('finds misspelled and missing fields of a manifest, and unknown kinds', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' } };
  expect(schemaProblems({ ...service, spec: { port: [] } })).toEqual([
    'Service/x: /spec must NOT have additional properties (port)',
  ]);
  expect(schemaProblems({ ...service, apiVersion: 'apps/v1', kind: 'Deployment', spec: {} })).toEqual([
    "Deployment/x: /spec must have required property 'selector'",
    "Deployment/x: /spec must have required property 'template'",
  ]);
  expect(schemaProblems({ ...service, kind: 'Servise' })).toEqual(['Servise/x: v1/Servise is unknown']);
});

describe.each(renderings)('%s', (_name, rendering) => {
  let manifests: readonly Manifest[];
  beforeAll(async () => {
    manifests = await render(rendering);
  });

  it('passes helm lint', async () => {
    const values = (rendering.valuesFiles ?? []).map((file) => `--values=${file}`);
    const set = (rendering.set ?? []).map((one) => `--set=${one}`);
    await expect(helm('lint', rendering.chart, '--strict', ...values, ...set)).resolves.toContain(
      '0 chart(s) failed',
    );
  });

  it('is valid for the API server of Kubernetes 1.34 and for Dapr, without an unknown field', () => {
    expect(manifests).not.toEqual([]);
    expect(manifests.flatMap(schemaProblems)).toEqual([]);
  });

  it('complies with every pod policy', () => expect(manifests.flatMap(policyProblems)).toEqual([]));

  it('covers every pod with network policies for ingress and egress', () =>
    expect(unguarded(manifests)).toEqual([]));

  it('leaves Go programs at least 100 MiB, below which they collect garbage continuously', () => {
    const limits = JSON.stringify(manifests).matchAll(/GOMEMLIMIT\W+(?:value\W+)?(\d+)MiB/g);
    const mebibytes = [...limits].map(([, mib]) => Number(mib));
    expect(mebibytes).not.toEqual([]);
    expect(Math.min(...mebibytes)).toBeGreaterThan(100);
  });

  it('contains no object twice', () => {
    const ids = manifests.map(idOf);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});

/** Metadata of components whose value is an address or a secret: it cannot be the same. */
const ADDRESSES = [
  'connectionString',
  'redisHost',
  'redisPassword',
  'enableTLS',
  'secretsFile',
  'saslUsername',
  'saslPassword',
];

type Setting = Readonly<{ name: string; value?: string }>;

const withoutAddresses = (settings: readonly Setting[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    settings
      .filter(({ name }) => !ADDRESSES.includes(name))
      .map(({ name, value = '' }) => [name, name.endsWith('Scopes') ? value.split(';').sort() : value]),
  );

/** Resources by kind and name, without labels and without what differs by nature between the two platforms. */
const comparable = (resources: readonly Manifest[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    resources.map(({ apiVersion, kind, metadata, spec = {}, scopes }) => {
      const { type, ...rest } = spec;
      const content =
        kind === 'Component'
          ? {
              ...rest,
              // Secrets come from a file on one machine, from the sidecar's environment on a cluster.
              type: String(type).replace(/^secretstores\.local\..*/, 'secretstores.local'),
              metadata: withoutAddresses((spec['metadata'] ?? []) as readonly Setting[]),
            }
          : spec;
      return [`${kind}/${metadata.name}`, { apiVersion, scopes, spec: content }];
    }),
  );

describe('the application chart', () => {
  const services = allServices();
  let manifests: readonly Manifest[];
  const ofKind = (kind: string): readonly Manifest[] => manifests.filter((one) => one.kind === kind);
  const nameOf = ({ metadata }: Manifest): string => metadata.name;
  beforeAll(async () => {
    manifests = await render({ chart: bankside, namespace, valuesFiles: [developmentValues] });
  });

  it('deploys exactly the services of the map', () => {
    expect(ofKind('Deployment').map(nameOf).sort()).toEqual(services.map(({ name }) => name).sort());
  });

  it('denies all traffic by default', () => {
    expect(ofKind('NetworkPolicy')).toContainEqual(
      expect.objectContaining({
        spec: {
          podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'bankside' } },
          policyTypes: ['Ingress', 'Egress'],
        },
      }),
    );
  });

  it('gives sidecars the same resources as the local platform, but for addresses and secrets', () => {
    const personal = services.filter(({ personalData }) => personalData);
    expect(personal.length).toBeGreaterThan(1);
    const local = services.flatMap((service) =>
      resourcesOf(service, services, {
        brokerUrl: 'redis://:password@redis:6379',
        databaseUrl: 'postgres://database',
        ...(service.personalData && { secretsFile: 'secrets.json' }),
      }),
    );
    const { 'Component/secrets': secrets } = comparable(local as readonly Manifest[]) as Readonly<
      Record<string, object>
    >;
    const expected = {
      ...comparable(local as readonly Manifest[]),
      // One component for each of its services on one machine, one for all of them on a cluster.
      'Component/secrets': { ...secrets, scopes: personal.map(({ name }) => name).sort() },
    };
    expect(Object.keys(expected)).toEqual(
      expect.arrayContaining([
        'Component/accounts-store',
        'Component/pubsub',
        'Resiliency/bankside',
        'Subscription/customers-events-to-accounts',
      ]),
    );
    const kinds = ['Component', 'Subscription', 'Resiliency'];
    expect(comparable(manifests.filter(({ kind }) => kinds.includes(kind)))).toEqual(expected);
  });

  it('gives sidecars the broker of the local platform on Kafka, with the prefix in topics and consumer groups', async () => {
    const rendered = await render({
      chart: bankside,
      namespace,
      valuesFiles: [productionValues, join(bankside, 'values-kafka.yaml')],
      set: ['pubsub.topicPrefix=shop-a.'],
    });
    const orders = services.find(({ name }) => name === 'orders')!;
    const [local, ...subscriptions] = resourcesOf(orders, services, {
      brokerUrl: 'kafka://user:password@kafka.example.com:9092/shop-a?tls=true',
    }) as readonly Manifest[];
    expect(comparable(rendered)).toMatchObject(comparable([local!]));
    const topics = (manifests: readonly Manifest[]) =>
      manifests.flatMap(({ kind, spec, scopes }) =>
        kind === 'Subscription' && scopes?.includes('orders') ? [String(spec!['topic'])] : [],
      );
    expect(topics(subscriptions).length).toBeGreaterThan(1);
    expect(topics(rendered).toSorted()).toEqual(topics(subscriptions).toSorted());
    expect(JSON.stringify(rendered)).toContain('{"name":"TOPIC_PREFIX","value":"shop-a."}');
  });

  it('configures features, metrics and tracing of sidecars as the local platform does', () => {
    const { features, metrics, tracing } = configuration('names.db')['spec'] as Readonly<
      Record<string, unknown>
    >;
    const configurations = ofKind('Configuration');
    expect(configurations).toHaveLength(services.length);
    for (const { spec } of configurations) expect(spec).toMatchObject({ features, metrics, tracing });
  });

  it('replaces the pods when a setting of Dapr changes, whose sidecars keep theirs while they run', async () => {
    const checksums = (all: readonly Manifest[]) =>
      all
        .filter(({ kind }) => kind === 'Deployment')
        .map((one) => (one.spec!['template'] as Manifest).metadata.annotations?.['checksum/dapr'] ?? '');
    const [before = '', ...others] = checksums(manifests);
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(others)).toEqual(new Set([before]));
    const more = { valuesFiles: [developmentValues], set: ['dapr.moreApis={metadata}'] };
    expect(checksums(await render({ chart: bankside, namespace, ...more }))).not.toContain(before);
  });

  it('migrates a database as its owner before the service starts, which does not have that password', () => {
    const deployments = ofKind('Deployment').filter((one) => podOf(one)?.initContainers !== undefined);
    const withDatabase = services.filter(({ database }) => database).map(({ name }) => name);
    expect(withDatabase.length).toBeGreaterThan(0);
    expect(deployments.map(nameOf).sort()).toEqual(withDatabase.sort());
    for (const deployment of deployments) {
      const pod = podOf(deployment)!;
      const [migrate] = pod.initContainers!;
      const service = nameOf(deployment);
      const owner = { secretKeyRef: { name: `${service}-database-owner`, key: 'url' } };
      expect(migrate).toMatchObject({ command: ['node', 'migrate.cjs'], image: pod.containers[0]!.image });
      expect(migrate).toMatchObject({
        env: expect.arrayContaining([{ name: 'OWNER_DATABASE_URL', valueFrom: owner }]) as unknown,
      });
      expect(JSON.stringify(pod.containers)).not.toContain('-database-owner');
    }
  });

  it('runs no migrations when database.migrate is off', async () => {
    const rendered = await render({
      chart: bankside,
      namespace,
      valuesFiles: [productionValues],
      set: ['database.migrate=false'],
    });
    expect(JSON.stringify(rendered)).not.toContain('-database-owner');
  });

  it('gives each service the calls that it accepts as the local platform does', () => {
    const inside = services.filter(({ expose }) => !expose);
    expect(inside.length).toBeGreaterThan(0);
    for (const { name } of inside) {
      const { containers } = podOf(ofKind('Deployment').find((one) => nameOf(one) === name)!)!;
      const { env } = containers[0] as unknown as {
        env: readonly Readonly<{ name: string; value: string }>[];
      };
      const value = env.find((one) => one.name === 'ALLOWED_CALLS')!.value;
      expect([name, JSON.parse(value)]).toEqual([name, allowedCallsOf(name, services)]);
    }
  });

  // As sidecars of Dapr 1.18.1 with certificates admit exactly the listed calls; decision 0022 states the rules.
  it('writes the calls as names that Dapr matches, in the order in which it finds them', () => {
    const { spec } = ofKind('Configuration').find((one) => nameOf(one) === 'customers')!;
    const { defaultAction, policies } = spec!['accessControl'] as Readonly<{
      defaultAction: string;
      policies: readonly Readonly<{
        appId: string;
        defaultAction: string;
        operations: readonly Readonly<{ name: string; httpVerb: readonly string[]; action: string }>[];
      }>[];
    }>;
    expect(defaultAction).toBe('deny');
    const of = (caller: string) => policies.find(({ appId }) => appId === caller)!;
    const names = (caller: string) =>
      of(caller).operations.map(({ name, httpVerb, action }) => `${action} ${httpVerb.join()} ${name}`);
    expect(of('worker').defaultAction).toBe('deny');
    expect(names('composer')).toEqual(['allow GET /customers/*']);
    expect(names('accounts')).toEqual(['allow GET /feed/*']);
    const gateway = names('gateway').filter((name) => name.includes('/customers/'));
    expect(gateway).toContain('allow GET,PATCH,POST /customers/*');
    expect(gateway).toContain('allow POST /customers/**/mobile-number/requests/*');
    expect(gateway.indexOf('allow POST /customers/**/mobile-number/requests/*')).toBeLessThan(
      gateway.indexOf('allow GET,POST /customers/**/mobile-number/*'),
    );
    expect(gateway.indexOf('allow GET,PATCH,POST /customers/*')).toBe(0);
    for (const { appId, operations } of policies)
      for (const { name } of operations)
        expect([appId, name]).toEqual([appId, expect.stringMatching(/^(\/([a-z-]+|\*\*))+\/\*$/)]);
  });

  it('enables fault injection only by `faultSwitches`, which no values file for production sets', async () => {
    const values = (file: string): Rendering => ({
      chart: bankside,
      namespace,
      valuesFiles: filesWith(file),
    });
    const switched = async (rendering: Rendering): Promise<boolean> =>
      /name: FAULTS, value: enabled/.test(await renderText(rendering));
    for (const file of valuesFilesOf(bankside)) expect(await switched(values(file))).toBe(false);
    expect(await switched({ ...values('values-development.yaml'), set: ['faultSwitches=true'] })).toBe(true);
  });

  it('monitors every service, and sends operators to the runbooks, once that is switched on', async () => {
    const kinds = ['PodMonitor', 'PrometheusRule', 'ConfigMap'];
    expect(manifests.filter(({ kind }) => kinds.includes(kind))).toEqual([]);
    const rendered = await render({
      chart: bankside,
      namespace,
      valuesFiles: [productionValues],
      set: [
        'observability.monitors.enabled=true',
        'observability.rules.enabled=true',
        'observability.rules.runbooks=https://runbooks.example',
        'observability.dashboards.enabled=true',
      ],
    });
    const text = (kind: string): string => JSON.stringify(rendered.filter((one) => one.kind === kind));
    const monitored = [...text('PodMonitor').matchAll(/"values":(\[[^\]]*\])/g)].flatMap(
      ([, names]) => JSON.parse(names!) as string[],
    );
    expect(monitored.filter((name) => name !== 'bankside').sort()).toEqual(
      services.map(({ name }) => name).sort(),
    );
    for (const alert of Object.keys(alertRules))
      expect(text('PrometheusRule')).toContain(`https://runbooks.example/${alert}.md`);
    expect(text('PrometheusRule')).toContain('{{ $labels.service }}');
    for (const { title } of Object.values(dashboards)) expect(text('ConfigMap')).toContain(title);
  });

  it.each([
    ['a misspelled value', ['--set=image.tagg=1'], /tagg/],
    ['an image without a version', ['--set=image.tag='], /Set image\.tag/],
    ['the tag latest', ['--set=image.tag=latest'], /image\/tag/],
    [
      'a subscription to a service without events',
      ['--set=services.orders.subscribes={gateway}'],
      /orders subscribes to gateway/,
    ],
    [
      'a call of an unknown service',
      ['--set=services.orders.calls.nobody={GET /orders}'],
      /orders calls nobody, which is no service/,
    ],
    [
      'an unknown group of operations',
      ['--set=services.orders.systemCalls.cards={everything}'],
      /orders calls everything of cards, which operationGroups does not have/,
    ],
    [
      'a call that is no operation',
      ['--set=services.orders.calls.cards={GET cards}'],
      /orders\/calls\/cards/,
    ],
  ])('rejects %s with a message that names it', async (_what, args, sentence) => {
    await expect(
      helm('template', 'bankside', bankside, `--values=${productionValues}`, ...args),
    ).rejects.toThrow(sentence);
  });
});

describe('the backing chart', () => {
  it('accepts the values file of the application chart unchanged', () => {
    const schema = JSON.parse(readFileSync(join(backing, 'values.schema.json'), 'utf8')) as {
      properties: object;
    };
    const keys = Object.keys(parse(readFileSync(bankValues, 'utf8')) as object);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(keys));
  });

  it('creates a database with two roles, and a Secret with the URL of each, for each service that has one', async () => {
    const manifests = await render({
      chart: backing,
      namespace,
      valuesFiles: [bankValues],
      set: [NEW_SECRETS],
    });
    const wanted = allServices()
      .filter(({ database }) => database)
      .flatMap(({ name }) => [`${name}-database`, `${name}-database-owner`]);
    const secrets = manifests.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => metadata.name);
    expect(secrets).toEqual(expect.arrayContaining(wanted));
    const job = manifests.find(({ kind }) => kind === 'Job');
    expect(wanted.length).toBeGreaterThan(0);
    for (const name of wanted) expect(JSON.stringify(job)).toContain(name);
  });

  describe('with Kafka', () => {
    let manifests: readonly Manifest[];
    beforeAll(async () => {
      manifests = await render({
        chart: backing,
        namespace,
        valuesFiles: [bankValues, join(backing, 'values-kafka.yaml')],
        set: [NEW_SECRETS],
      });
    });

    it('has no Redis', () => expect(JSON.stringify(manifests)).not.toContain('redis'));

    it('creates topics with as many partitions as the feed with most of them', () => {
      const most = Math.max(...allServices().map(({ feedPartitions }) => feedPartitions));
      expect(most).toBeGreaterThan(1);
      expect(JSON.stringify(manifests)).toContain(`\\nnum.partitions=${most}\\n`);
    });

    it('serves the address and the login of values-kafka.yaml of the application chart', async () => {
      const application = await render({
        chart: bankside,
        namespace,
        valuesFiles: [developmentValues, join(bankside, 'values-kafka.yaml')],
      });
      const { spec } = application.find(
        ({ kind, metadata }) => kind === 'Component' && metadata.name === 'pubsub',
      )!;
      const secretKeyRef = (key: string) => ({ name: 'kafka', key });
      expect(spec!['metadata']).toEqual(
        expect.arrayContaining([
          { name: 'brokers', value: 'kafka:9092' },
          { name: 'saslUsername', secretKeyRef: secretKeyRef('username') },
          { name: 'saslPassword', secretKeyRef: secretKeyRef('password') },
          { name: 'saslMechanism', value: 'SHA-512' },
          { name: 'disableTls', value: 'true' },
        ]),
      );
      const named = (wanted: string) =>
        manifests.find(({ kind, metadata }) => kind === wanted && metadata.name === 'kafka');
      expect(named('Service')).toMatchObject({ spec: { ports: [{ port: 9092 }] } });
      expect(named('Secret')).toMatchObject({
        stringData: { username: expect.any(String) as string, password: expect.any(String) as string },
      });
      const broker = JSON.stringify(named('StatefulSet'));
      expect(broker).toContain('advertised.listeners=CLIENT://kafka:9092,');
      expect(broker).toContain('sasl.enabled.mechanisms=SCRAM-SHA-512');
    });
  });

  it('renders YAML without duplicate keys', async () => {
    const text = await renderText({
      chart: backing,
      namespace,
      valuesFiles: [bankValues],
      set: [NEW_SECRETS],
    });
    expect(() => manifestsIn(text)).not.toThrow();
  });
});
