import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../root';
import { parseServices } from '../system/services';
import { resourcesOf } from '../system/resources';
import { helm, render, renderText, type Rendering } from './helm';
import { idOf, manifestsIn, type Manifest } from './manifest';
import { policyProblems, unguarded } from './policies';
import { schemaProblems } from './schema-check';

const chartFolder = (name: string): string => join(projectRoot, 'charts', name);
const bankside = chartFolder('bankside');
const backing = chartFolder('backing');
const bankValues = join(bankside, 'values.yaml');
const namespace = 'bankside';

const valuesFilesOf = (chart: string): readonly string[] =>
  readdirSync(chart).filter((file) => /^values-.*\.yaml$/.test(file));

const renderings: readonly (readonly [string, Rendering])[] = [
  ['bankside', { chart: bankside, namespace }],
  ...valuesFilesOf(bankside).map((file): [string, Rendering] => [
    `bankside with ${file}`,
    { chart: bankside, namespace, valuesFiles: [join(bankside, file)] },
  ]),
  [
    'bankside with everything that can be switched on',
    {
      chart: bankside,
      namespace,
      valuesFiles: [join(bankside, 'values-production.yaml'), join(bankside, 'values-kafka.yaml')],
      set: [
        'route.enabled=true',
        'route.gateway.name=public',
        'identity.developmentTokens=true',
        'faultSwitches=true',
        'dapr.tracing.otlpEndpoint=collector:4317',
        'temporal.apiKeySecret=temporal-key',
        'image.pullSecrets={registry}',
        'scheduling.nodeSelector.pool=bank',
        'scheduling.priorityClassName=high',
      ],
    },
  ],
  ['backing', { chart: backing, namespace, valuesFiles: [bankValues] }],
  ...valuesFilesOf(backing).map((file): [string, Rendering] => [
    `backing with ${file}`,
    { chart: backing, namespace, valuesFiles: [bankValues, join(backing, file)] },
  ]),
];

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

  it('is what the API server of Kubernetes 1.34 and Dapr take, without an unknown field', () => {
    expect(manifests.flatMap(schemaProblems)).toEqual([]);
  });

  it('keeps the rules of every pod', () => expect(manifests.flatMap(policyProblems)).toEqual([]));

  it('guards every pod by network policies', () => expect(unguarded(manifests)).toEqual([]));

  it('leaves programs in Go most of their memory, without which they collect garbage all the time', () => {
    const limits = JSON.stringify(manifests).matchAll(/GOMEMLIMIT\W+(?:value\W+)?(\d+)MiB/g);
    for (const [, mib] of limits) expect(Number(mib)).toBeGreaterThan(100);
  });

  it('has no object twice', () => {
    const ids = manifests.map(idOf);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});

describe('the application chart', () => {
  const services = parseServices(readFileSync(bankValues, 'utf8'));
  let manifests: readonly Manifest[];
  const ofKind = (kind: string): readonly Manifest[] => manifests.filter((one) => one.kind === kind);
  const nameOf = ({ metadata }: Manifest): string => metadata.name;
  beforeAll(async () => {
    manifests = await render({ chart: bankside, namespace });
  });

  it('deploys every service of the map, and no other', () => {
    expect(ofKind('Deployment').map(nameOf).sort()).toEqual(services.map(({ name }) => name).sort());
  });

  it('denies all traffic before it allows some', () => {
    expect(ofKind('NetworkPolicy')).toContainEqual(
      expect.objectContaining({
        spec: {
          podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'bankside' } },
          policyTypes: ['Ingress', 'Egress'],
        },
      }),
    );
  });

  it('names components and subscriptions as the system on one machine does', () => {
    const local = services.flatMap((service) =>
      resourcesOf(service, services, {
        redisAddress: 'redis:6379',
        databaseUrl: 'postgres://there',
        ...(service.personalData && { secretsFile: 'there.json' }),
      }),
    );
    const names = (all: readonly Readonly<{ kind: string; metadata: { name: string } }>[], kind: string) =>
      [...new Set(all.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name))].sort();
    for (const kind of ['Component', 'Subscription'])
      expect(names(manifests, kind)).toEqual(names(local, kind));
  });

  it('gives each topic the same rights as the system on one machine', () => {
    const local = resourcesOf(
      services.find(({ name }) => name === 'orders')!,
      services,
      { redisAddress: '', databaseUrl: 'x' },
    );
    const rights = (all: readonly unknown[]) => {
      const one = all.find((resource) => (resource as Manifest).metadata.name === 'pubsub') as Manifest;
      const metadata = one.spec?.['metadata'] as readonly Readonly<{ name: string; value?: string }>[];
      return metadata
        .filter(({ name }) => name.endsWith('Scopes'))
        .map(({ name, value = '' }) => [name, value.split(';').sort()]);
    };
    expect(rights(manifests)).toEqual(rights(local));
  });

  it('lets a service be called by those whom the map names, and its feed be read by its subscribers', () => {
    for (const { name } of services) {
      const { spec } = ofKind('Configuration').find(({ metadata }) => metadata.name === name)!;
      const { defaultAction, policies = [] } = spec!['accessControl'] as {
        defaultAction: string;
        policies?: readonly { appId: string; operations: readonly { name: string }[] }[];
      };
      expect(defaultAction).toBe('deny');
      const allowed = policies.map(({ appId, operations }) => [appId, operations.map((one) => one.name)]);
      const expected = services
        .filter(
          (other) => other.name !== name && (other.invokes.includes(name) || other.subscribes.includes(name)),
        )
        .map((other) => [other.name, [other.invokes.includes(name) ? '/**' : '/feed']]);
      expect(new Map(allowed as never)).toEqual(new Map(expected as never));
    }
  });

  it('gives the services their fault switches only when it is told to, and production does not', async () => {
    const values = (file: string): Rendering => ({
      chart: bankside,
      namespace,
      valuesFiles: [join(bankside, file)],
    });
    const switched = async (rendering: Rendering): Promise<boolean> =>
      /name: FAULTS, value: enabled/.test(await renderText(rendering));
    expect(await switched({ chart: bankside, namespace })).toBe(false);
    for (const file of valuesFilesOf(bankside)) expect(await switched(values(file))).toBe(false);
    expect(await switched({ chart: bankside, namespace, set: ['faultSwitches=true'] })).toBe(true);
  });

  it.each([
    ['a typing mistake', ['--set=image.tagg=1'], /tagg/],
    ['an image without a version', ['--set=image.tag='], /Set image\.tag/],
    ['the tag latest', ['--set=image.tag=latest'], /image\/tag/],
    [
      'events that nobody publishes',
      ['--set=services.orders.subscribes={gateway}'],
      /orders subscribes to gateway/,
    ],
    ['a call to nobody', ['--set=services.orders.invokes={nobody}'], /orders invokes nobody/],
  ])('refuses %s with a sentence', async (_what, args, sentence) => {
    await expect(helm('template', 'bankside', bankside, ...args)).rejects.toThrow(sentence);
  });
});

describe('the backing chart', () => {
  it('takes the values file of the application chart as it is, whatever it holds', () => {
    const schema = JSON.parse(readFileSync(join(backing, 'values.schema.json'), 'utf8')) as {
      properties: object;
    };
    const keys = Object.keys(parse(readFileSync(bankValues, 'utf8')) as object);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(keys));
  });

  it('makes a database, and a Secret that says where it is, for each service that has one', async () => {
    const manifests = await render({ chart: backing, namespace, valuesFiles: [bankValues] });
    const wanted = parseServices(readFileSync(bankValues, 'utf8'))
      .filter(({ database }) => database)
      .map(({ name }) => `${name}-database`);
    const secrets = manifests.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => metadata.name);
    expect(secrets).toEqual(expect.arrayContaining(wanted));
    const job = manifests.find(({ kind }) => kind === 'Job');
    for (const name of wanted) expect(JSON.stringify(job)).toContain(name);
  });

  it('renders YAML that says the same to every reader', async () => {
    const text = await renderText({ chart: backing, namespace, valuesFiles: [bankValues] });
    expect(() => manifestsIn(text)).not.toThrow();
  });
});
