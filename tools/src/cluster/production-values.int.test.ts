import { join } from 'node:path';
import { projectRoot } from '../root';
import { allServices } from '../system/services';
import { helm, render } from './helm';
import type { Manifest } from './manifest';
import { podOf } from './policies';

const namespace = 'bankside';
const bankside = join(projectRoot, 'charts', 'bankside');
const backing = join(projectRoot, 'charts', 'backing');
const values = (name: string): string => join(bankside, `values-${name}.yaml`);
const DIGEST = `sha256:${'0'.repeat(64)}`;

const production = (...set: readonly string[]): Promise<readonly Manifest[]> =>
  render({ chart: bankside, namespace, valuesFiles: [values('production')], set });
const development = (...set: readonly string[]): Promise<readonly Manifest[]> =>
  render({ chart: bankside, namespace, valuesFiles: [values('development')], set });

const find = (manifests: readonly Manifest[], kind: string, name: string): Manifest => {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`There is no ${kind}/${name}.`);
  return found;
};

type Env = Readonly<{ name: string; value?: string }>;
const envOf = (manifests: readonly Manifest[], service: string): Readonly<Record<string, unknown>> => {
  const [container] = podOf(find(manifests, 'Deployment', service))!.containers;
  const { env } = container as unknown as { env: readonly Env[] };
  return Object.fromEntries(env.map(({ name, value }) => [name, value ?? 'by reference']));
};
const egressOf = (manifests: readonly Manifest[], policy: string) =>
  find(manifests, 'NetworkPolicy', policy).spec!['egress'] as readonly Readonly<{
    ports?: readonly Readonly<{ port: number; protocol?: string }>[];
    to?: readonly unknown[];
  }>[];
const metadataOf = (component: Manifest): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    (component.spec!['metadata'] as readonly (Env & Readonly<{ secretKeyRef?: unknown }>)[]).map(
      ({ name, value, secretKeyRef }) => [name, secretKeyRef ?? value],
    ),
  );

describe('tokens', () => {
  it('are those of the issuer alone in production', async () => {
    expect(envOf(await production(), 'gateway')).toMatchObject({
      DEV_TOKENS: 'disabled',
      OIDC_ISSUER: 'https://login.example.com/',
      OIDC_AUDIENCE: 'bankside',
      OIDC_ALGORITHMS: 'RS256,PS256,ES256,EdDSA',
    });
  });

  it('have the configured algorithms and claims', async () => {
    const manifests = await production(
      'identity.oidc.algorithms={ES256}',
      'identity.oidc.rolesClaim=https://bank\\.example/roles',
      'identity.oidc.customerClaim=customer\\.id',
    );
    expect(envOf(manifests, 'gateway')).toMatchObject({
      OIDC_ALGORITHMS: 'ES256',
      OIDC_ROLES_CLAIM: 'https://bank.example/roles',
      OIDC_CUSTOMER_CLAIM: 'customer.id',
    });
  });

  it('for development are issued under IP addresses and the host of the ingress or route', async () => {
    expect(envOf(await development(), 'gateway')).toMatchObject({
      DEV_TOKENS: 'enabled',
      DEV_TOKEN_HOSTS: 'addresses',
    });
    expect(envOf(await development('ingress.enabled=true'), 'gateway')).toMatchObject({
      DEV_TOKEN_HOSTS: 'addresses,bankside.local',
    });
  });
});

describe('network policies', () => {
  it('let the gateway alone reach the issuer, on port 443 of any address but metadata services', async () => {
    const manifests = await production();
    const reached = egressOf(manifests, 'gateway').filter(({ ports }) => ports?.[0]?.port === 443);
    expect(reached).toEqual([
      {
        ports: [{ port: 443 }],
        to: [
          { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } },
          { ipBlock: { cidr: '::/0', except: ['fe80::/10', 'fd00:ec2::254/128'] } },
        ],
      },
    ]);
    const others = allServices().filter(({ name }) => name !== 'gateway');
    expect(others.length).toBeGreaterThan(0);
    for (const { name } of others) expect(JSON.stringify(egressOf(manifests, name))).not.toContain('443');
    expect(JSON.stringify(egressOf(await development(), 'gateway'))).not.toContain('443');
  });

  it('let the gateway reach an issuer at a configured address and port', async () => {
    const manifests = await production(
      'identity.oidc.issuer=https://keycloak.internal:8443/realms/bank',
      'networkPolicies.issuer.port=8443',
      'networkPolicies.issuer.to[0].ipBlock.cidr=10.1.2.3/32',
    );
    expect(egressOf(manifests, 'gateway')).toContainEqual({
      ports: [{ port: 8443 }],
      to: [{ ipBlock: { cidr: '10.1.2.3/32' } }],
    });
  });

  it('let every pod reach the receiver of traces, if there is one', async () => {
    expect(JSON.stringify(egressOf(await production(), 'bankside-sidecars'))).not.toContain('4318');
    const manifests = await production('telemetry.otlpEndpoint=http://collector.monitoring:4318');
    expect(egressOf(manifests, 'bankside-sidecars')).toContainEqual({
      ports: [{ port: 4318 }],
      to: [{ podSelector: {} }],
    });
    expect(envOf(manifests, 'orders')).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.monitoring:4318',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    });
    await expect(production('telemetry.otlpEndpoint=https://otlp.example.com')).rejects.toThrow(
      'Set networkPolicies.telemetry.port to 443',
    );
  });

  it('let every pod reach kube-dns and NodeLocal DNSCache, or the configured name servers', async () => {
    expect(egressOf(await production(), 'bankside-sidecars')[0]).toEqual({
      ports: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
      to: [
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } },
        { ipBlock: { cidr: '169.254.20.10/32' } },
      ],
    });
    const openshift = { 'kubernetes.io/metadata.name': 'openshift-dns' };
    const manifests = await production(
      'networkPolicies.dns.ports={53,5353}',
      'networkPolicies.dns.to[0].namespaceSelector.matchLabels.kubernetes\\.io/metadata\\.name=openshift-dns',
    );
    expect(egressOf(manifests, 'bankside-sidecars')[0]).toEqual({
      ports: [53, 53, 5353, 5353].map((port, index) => ({ port, protocol: index % 2 ? 'TCP' : 'UDP' })),
      to: [{ namespaceSelector: { matchLabels: openshift } }],
    });
  });
});

describe('a private certificate authority', () => {
  it.each([
    ['Secret', 'privateCa.secret=ca', { secret: { secretName: 'ca' } }],
    ['ConfigMap', 'privateCa.configMap=ca', { configMap: { name: 'ca' } }],
  ])('of a %s is trusted by each service, its migrations and its sidecar', async (_kind, set, volume) => {
    const manifests = await production(set, 'privateCa.key=root.pem');
    const services = allServices();
    expect(services.length).toBeGreaterThan(0);
    for (const { name } of services) {
      const deployment = find(manifests, 'Deployment', name);
      const { containers, initContainers = [], volumes } = podOf(deployment)!;
      for (const container of [...containers, ...initContainers])
        expect(container).toMatchObject({
          env: expect.arrayContaining([
            { name: 'NODE_EXTRA_CA_CERTS', value: '/etc/private-ca/ca.crt' },
          ]) as unknown,
          volumeMounts: expect.arrayContaining([
            { name: 'private-ca', mountPath: '/etc/private-ca', readOnly: true },
          ]) as unknown,
        });
      const [[type, source]] = Object.entries(volume) as [[string, object]];
      const items = [{ key: 'root.pem', path: 'ca.crt' }];
      expect(volumes).toContainEqual(
        expect.objectContaining({
          name: 'private-ca',
          [type]: expect.objectContaining({ ...source, items }) as unknown,
        }),
      );
      const { annotations } = (deployment.spec!['template'] as { metadata: { annotations: unknown } })
        .metadata;
      expect(annotations).toMatchObject({
        'dapr.io/volume-mounts': 'private-ca:/etc/private-ca',
        'dapr.io/env': expect.stringContaining(',SSL_CERT_DIR=/etc/private-ca') as unknown,
      });
    }
  });

  it('is mounted nowhere by default', async () => {
    expect(JSON.stringify(await production())).not.toMatch(/private-ca|NODE_EXTRA_CA_CERTS|SSL_CERT_DIR/);
  });
});

describe('HTTP servers', () => {
  it('listen on IPv4 and keep connections longer than load balancers by default', async () => {
    const expected = { HOST: '0.0.0.0', KEEP_ALIVE_SECONDS: '620' };
    const manifests = await production();
    for (const { name } of allServices()) expect(envOf(manifests, name)).toMatchObject(expected);
  });

  it('listen where, and keep connections as long as, the values state', async () => {
    const manifests = await production('http.host=::', 'http.keepAliveSeconds=100');
    expect(envOf(manifests, 'accounts')).toMatchObject({ HOST: '::', KEEP_ALIVE_SECONDS: '100' });
  });

  it.each([
    ['with the ingress', ['ingress.enabled=true'], '1'],
    ['with the route', ['ingress.enabled=false', 'route.enabled=true', 'route.gateway.name=public'], '1'],
    ['without either', ['ingress.enabled=false'], '0'],
    ['as the values state', ['ingress.enabled=true', 'gateway.trustedProxies=2'], '2'],
    ['even none behind the ingress', ['ingress.enabled=true', 'gateway.trustedProxies=0'], '0'],
  ])('of the gateway trust proxies %s', async (_when, set, expected) => {
    expect(envOf(await production(...set), 'gateway')).toMatchObject({
      TRUSTED_PROXIES: expected,
      RATE_LIMIT: '100',
    });
  });
});

describe('images', () => {
  it('can be digests', async () => {
    const manifests = await production(`image.digests.gateway=${DIGEST}`);
    const imageOf = (service: string) => podOf(find(manifests, 'Deployment', service))!.containers[0]!.image;
    expect(imageOf('gateway')).toBe(`bankside/gateway@${DIGEST}`);
    expect(imageOf('accounts')).toBe('bankside/accounts:0.1.0');
  });
});

describe('a sidecar', () => {
  it('serves the APIs that its service needs by the services map, and no gRPC API that does anything', async () => {
    const manifests = await production();
    const services = allServices();
    expect(services.length).toBeGreaterThan(0);
    for (const { name, calls, systemCalls, subscribes, eventSourced, personalData } of services) {
      const called = Object.keys({ ...calls, ...systemCalls });
      const { allowed } = find(manifests, 'Configuration', name).spec!['api'] as {
        allowed: readonly Readonly<{ name: string; protocol: string }>[];
      };
      const apis = (protocol: string): readonly string[] =>
        allowed.filter((one) => one.protocol === protocol).map((one) => one.name);
      const needed = [
        ...([...called, ...subscribes].some((one) => one !== name) ? ['invoke'] : []),
        ...(eventSourced ? ['publish', 'state'] : []),
        ...(personalData ? ['secrets', 'metadata'] : []),
      ];
      expect(apis('http')).toEqual(needed.length > 0 ? needed : ['metadata']);
      expect(apis('grpc')).toEqual(['metadata']);
    }
  });
});

describe('the broker', () => {
  it.each([
    ['redis', [], 'redisUsername', 'redisPassword'],
    ['kafka', [values('kafka')], 'saslUsername', 'saslPassword'],
  ])('%s has a login for each service with pubsub.loginPerService', async (_type, files, user, password) => {
    const manifests = await render({
      chart: bankside,
      namespace,
      valuesFiles: [values('production'), ...files],
      set: ['pubsub.loginPerService=true'],
    });
    const using = allServices().filter(
      ({ eventSourced, subscribes }) => eventSourced || subscribes.length > 0,
    );
    const components = manifests.filter(
      ({ kind, spec }) => kind === 'Component' && String(spec!['type']).startsWith('pubsub.'),
    );
    expect(components.map(({ metadata }) => metadata.name).sort()).toEqual(
      using.map(({ name }) => `${name}-pubsub`).sort(),
    );
    for (const { name, subscribes } of using) {
      const component = find(manifests, 'Component', `${name}-pubsub`);
      expect(component.scopes).toEqual([name]);
      expect(metadataOf(component)).toMatchObject({
        [user]: { name: `${name}-broker`, key: 'username' },
        [password]: { name: `${name}-broker`, key: 'password' },
      });
      expect(envOf(manifests, name)).toMatchObject({ PUBSUB: `${name}-pubsub` });
      for (const source of subscribes)
        expect(find(manifests, 'Subscription', `${source}-events-to-${name}`).spec).toMatchObject({
          pubsubname: `${name}-pubsub`,
        });
    }
  });
});

describe('autoscaling by KEDA', () => {
  const PROMETHEUS = 'autoscaling.keda.prometheus=http://prometheus.monitoring:9090';
  const scaledBy = (manifests: readonly Manifest[], kind: string): readonly string[] =>
    manifests
      .filter((one) => one.kind === kind)
      .map(({ metadata }) => metadata.name)
      .sort();
  type Scaled = Readonly<{
    minReplicaCount: number;
    maxReplicaCount: number;
    triggers: readonly Readonly<{ type: string; metadata: Readonly<Record<string, string>> }>[];
  }>;
  const scaled = (manifests: readonly Manifest[], service: string): Scaled =>
    find(manifests, 'ScaledObject', service).spec as unknown as Scaled;

  it('scales consumers by lag and CPU, and other services by CPU', async () => {
    const services = allServices();
    const names = (consume: boolean): readonly string[] =>
      services
        .filter(({ subscribes }) => subscribes.length > 0 === consume)
        .map(({ name }) => name)
        .sort();
    expect(names(true).length).toBeGreaterThan(0);
    expect(names(false).length).toBeGreaterThan(0);
    const manifests = await production('autoscaling.kind=keda', PROMETHEUS);
    expect(scaledBy(manifests, 'ScaledObject')).toEqual(names(true));
    expect(scaledBy(manifests, 'HorizontalPodAutoscaler')).toEqual(names(false));
    for (const name of names(true))
      expect(scaled(manifests, name).triggers.map(({ type }) => type)).toEqual(['prometheus', 'cpu']);
    expect(scaledBy(await production(), 'ScaledObject')).toEqual([]);
    expect(scaledBy(await production(), 'HorizontalPodAutoscaler')).toHaveLength(services.length);
  });

  it('asks Prometheus for no more replicas by lag than the feeds have partitions', async () => {
    const manifests = await production('autoscaling.kind=keda', PROMETHEUS);
    const queryOf = (service: string): string => scaled(manifests, service).triggers[0]!.metadata['query']!;
    expect(queryOf('worker')).toBe(
      'clamp_max(max(consumer_backlog_events{namespace="bankside", service="worker"}), 4000)',
    );
    expect(queryOf('inventory')).toContain(', 1000)');
    expect(scaled(manifests, 'worker')).toMatchObject({ minReplicaCount: 3, maxReplicaCount: 12 });
  });

  it('reads the pods where there is no Prometheus, whose policies then admit KEDA', async () => {
    const manifests = await production('autoscaling.kind=keda', 'services.worker.minReplicas=1');
    const { triggers, ...limits } = scaled(manifests, 'worker');
    expect(limits).toMatchObject({ minReplicaCount: 1, maxReplicaCount: 4 });
    expect(triggers[0]).toMatchObject({
      type: 'metrics-api',
      metadata: { url: 'http://worker.bankside.svc:3000/metrics', aggregationType: 'max' },
    });
    const keda = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'keda' } } };
    const ingressOf = (all: readonly Manifest[], service: string): unknown =>
      find(all, 'NetworkPolicy', service).spec!['ingress'];
    expect(ingressOf(manifests, 'worker')).toContainEqual({ ports: [{ port: 3000 }], from: [keda] });
    expect(JSON.stringify(ingressOf(manifests, 'composer'))).not.toContain('keda');
    const throughPrometheus = await production('autoscaling.kind=keda', PROMETHEUS);
    expect(JSON.stringify(ingressOf(throughPrometheus, 'worker'))).not.toContain('keda');
  });
});

describe('helm test', () => {
  it('expects 401 for a made-up token of the issuer', async () => {
    const pod = podOf(find(await production(), 'Pod', 'gateway-test'))!;
    const script = JSON.stringify(pod.containers);
    expect(script).toContain('https://login.example.com/');
    expect(script).toContain("expectStatus(401, '/api/customers'");
  });

  it('may call the gateway, whose callers are restricted', async () => {
    const manifests = await production();
    const { ingress } = find(manifests, 'NetworkPolicy', 'gateway').spec as {
      ingress: readonly Readonly<{ ports: readonly object[]; from: readonly object[] }>[];
    };
    const [open] = ingress;
    expect(open?.ports).toEqual([{ port: 3000 }]);
    const matchLabels = { 'app.kubernetes.io/name': 'gateway-test' };
    expect(open?.from).toContainEqual({ podSelector: { matchLabels } });
    expect(find(manifests, 'Pod', 'gateway-test').metadata.labels).toMatchObject(matchLabels);
  });

  it('sends a token of an accepted algorithm, which the gateway cannot reject without the keys', async () => {
    const manifests = await production('identity.oidc.algorithms={ES256}');
    const pod = podOf(find(manifests, 'Pod', 'gateway-test'))!;
    expect(JSON.stringify(pod.containers)).toContain(JSON.stringify('"alg":"ES256"').slice(1, -1));
  });
});

describe('dangerous values', () => {
  const sentences: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no issuer', ['identity.oidc.issuer='], /Set identity\.oidc\.issuer, or for evaluation/],
    [
      'development tokens beside an issuer',
      ['identity.developmentTokens=true'],
      /developmentTokens gives anyone a token .* disable it, or remove the issuer/,
    ],
    [
      'development tokens behind an ingress for every host',
      ['identity.oidc.issuer=', 'identity.developmentTokens=true', 'ingress.host='],
      /Set ingress\.host/,
    ],
    ['fault injection beside an issuer', ['faultSwitches=true'], /faultSwitches .* disable it/],
    ['an issuer without TLS', ['identity.oidc.issuer=http://login.example.com'], /must be an https URL/],
    [
      'an issuer on a port that the network policies block',
      ['identity.oidc.issuer=https://login.example.com:8443/'],
      /Set networkPolicies\.issuer\.port to 8443/,
    ],
    ['a symmetric algorithm', ['identity.oidc.algorithms={HS256}'], /algorithms/],
    [
      "an API key of Temporal's without TLS",
      ['temporal.tls.enabled=false', 'temporal.apiKeySecret=key'],
      /Set temporal\.tls\.enabled/,
    ],
    [
      'a plain-text password for Kafka without TLS',
      [
        'pubsub.type=kafka',
        'networkPolicies.broker.port=9092',
        'pubsub.kafka.tls=false',
        'pubsub.kafka.auth.mechanism=PLAINTEXT',
      ],
      /Set pubsub\.kafka\.tls/,
    ],
    [
      'services that any pod may call',
      ['networkPolicies.enabled=false', 'dapr.appTokenSuffix='],
      /Set dapr\.appTokenSuffix, or enable networkPolicies/,
    ],
    ['two private authorities', ['privateCa.secret=a', 'privateCa.configMap=b'], /not both/],
    ['too short a time to stop', ['rollout.drainDelaySeconds=70'], /Set rollout\.graceSeconds to 81/],
    ['connections shorter than those of sidecars', ['http.keepAliveSeconds=60'], /keepAliveSeconds/],
    ['an address that callers cannot reach', ['http.host=127.0.0.1'], /Set http\.host to 0\.0\.0\.0/],
    ['tokens of every audience', ['identity.oidc.audience='], /audience.*minLength/s],
    ['no claim with roles', ['identity.oidc.rolesClaim='], /rolesClaim.*minLength/s],
    ['a variable that enables development tokens', ['defaults.env.DEV_TOKENS=enabled'], /Remove DEV_TOKENS/],
    ['a variable that enables fault injection', ['services.cards.env.FAULTS=enabled'], /Remove FAULTS/],
    ['a variable that another value sets', ['services.cards.env.DATABASE_URL=x'], /Remove DATABASE_URL/],
    [
      "the owner's password for services",
      ['database.ownerSecretSuffix=-database'],
      /Set database\.ownerSecretSuffix/,
    ],
    [
      'fewer replicas at most than at least',
      ['autoscaling.minReplicas=5', 'autoscaling.maxReplicas=2'],
      /least or more: autoscaling\.maxReplicas/,
    ],
    [
      'a broker on a port that the network policies block',
      ['pubsub.redis.address=redis.example.com:6380'],
      /Set networkPolicies\.broker\.port to 6380, the port of pubsub\.redis\.address/,
    ],
    [
      'Temporal on a port that the network policies block',
      ['temporal.address=temporal.example.com:7234'],
      /Set networkPolicies\.temporal\.port to 7234/,
    ],
    [
      'a broker that any pod may use',
      ['networkPolicies.enabled=false', 'pubsub.redis.passwordSecret='],
      /Set pubsub\.redis\.passwordSecret, or enable networkPolicies/,
    ],
    [
      'more replicas by lag than the feeds have partitions',
      ['autoscaling.kind=keda', 'services.worker.lagReplicas=5'],
      /Set services\.worker\.lagReplicas to 4 or less/,
    ],
    [
      'a rollout that may neither start nor stop a pod',
      ['rollout.maxSurge=0', 'rollout.maxUnavailable=0%'],
      /Set rollout\.maxSurge or rollout\.maxUnavailable/,
    ],
    ['a digest of an unknown service', [`image.digests.gatewai=${DIGEST}`], /names gatewai/],
  ];
  it.each(sentences)('fail to render: %s', async (_what, set, sentence) => {
    await expect(production(...set)).rejects.toThrow(sentence);
  });
});

describe('the Secrets of the backing chart', () => {
  const rendered = (...set: readonly string[]): Promise<readonly Manifest[]> =>
    render({ chart: backing, namespace, valuesFiles: [join(bankside, 'values.yaml')], set });
  const secretsIn = (manifests: readonly Manifest[]): number =>
    manifests.filter(({ kind }) => kind === 'Secret').length;

  it('are not rendered without a cluster, since they would replace those that are there', async () => {
    await expect(rendered()).rejects.toThrow(/k8s\/dev\/secrets\.sh and set secrets=none/);
  });

  it('are left to you with secrets=none, and all new with secrets=new', async () => {
    const without = await rendered('secrets=none');
    expect(without.length).toBeGreaterThan(0);
    expect(secretsIn(without)).toBe(0);
    expect(secretsIn(await rendered('secrets=new'))).toBeGreaterThan(0);
  });

  it('do not depend on images, which can be digests', async () => {
    await expect(
      helm(
        'template',
        'backing',
        backing,
        '--set=secrets=none',
        `--set=stores.postgresql.image=postgres@${DIGEST}`,
      ),
    ).resolves.toContain(`postgres@${DIGEST}`);
  });
});
