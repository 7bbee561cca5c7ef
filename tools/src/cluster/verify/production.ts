import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PreflightError } from '../../errors';
import { placeFirstOrders } from '../../first-orders';
import { projectRoot } from '../../root';
import { entranceTo } from './gateway';
import { newIssuer } from './issuer';
import type { Kubectl } from './kubectl';
import { gatewayImage, type Release, type ReleaseOptions } from './release';
import { newCertificates, type Certificates } from './tls';

/** The pod that serves TLS for Temporal and MongoDB, and the issuer. */
const FRONT = 'tls-front';
const ISSUER = `https://${FRONT}/`;
const AUDIENCE = 'bankside';
const SERVERS = ['postgresql', 'redis', FRONT];
const CA = 'private-ca';

const metadata = (name: string) => ({ name, labels: { 'app.kubernetes.io/part-of': 'verification' } });

const secret = (name: string, stringData: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: metadata(name),
  stringData,
});
const configMap = (name: string, data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(name),
  data,
});

const secretsOf = ({ ca, server, client }: Certificates) => [
  configMap(CA, { 'ca.crt': ca }),
  secret('backing-tls', { 'ca.crt': ca, 'tls.crt': server.crt, 'tls.key': server.key }),
  secret('temporal-tls', { 'ca.crt': ca, 'tls.crt': client.crt, 'tls.key': client.key }),
  secret('mongodb-tls', { url: `mongodb://${FRONT}:27017/bankside?tls=true` }),
];

/** @param image any image with Node */
const frontOf = (image: string, documents: object) => [
  configMap(FRONT, {
    'tls-front.cjs': readFileSync(join(projectRoot, 'tools/src/cluster/verify/tls-front.cjs'), 'utf8'),
    'documents.json': JSON.stringify(documents),
  }),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(FRONT),
    spec: {
      selector: { app: FRONT },
      ports: [
        { name: 'temporal', port: 7233 },
        { name: 'mongodb', port: 27017 },
        { name: 'issuer', port: 443, targetPort: 8443 },
      ],
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(FRONT),
    spec: {
      selector: { matchLabels: { app: FRONT } },
      template: {
        metadata: { labels: { app: FRONT } },
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 },
          containers: [
            {
              name: FRONT,
              image,
              command: ['node', '/front/tls-front.cjs'],
              readinessProbe: { tcpSocket: { port: 8443 } },
              resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
              volumeMounts: [
                { name: 'tls', mountPath: '/tls' },
                { name: 'front', mountPath: '/front' },
              ],
            },
          ],
          volumes: [
            { name: 'tls', secret: { secretName: 'backing-tls' } },
            { name: 'front', configMap: { name: FRONT } },
          ],
        },
      },
    },
  },
];

/** What differs from values-production.yaml: addresses, and the size. */
const ADDRESSES = [
  'defaults.replicas=1',
  'defaults.cpu=25m',
  'autoscaling.enabled=false',
  `identity.oidc.issuer=${ISSUER}`,
  `privateCa.configMap=${CA}`,
  'pubsub.redis.address=redis:6379',
  'mongodb.secret=mongodb-tls',
  `temporal.address=${FRONT}:7233`,
  'temporal.namespace=default',
];

/** @throws PreflightError when a connection of a service or sidecar to PostgreSQL is not encrypted */
const checkEncryption = async ({ kubectl }: Kubectl): Promise<string> => {
  const query =
    "select count(*) filter (where ssl), count(*) from pg_stat_ssl join pg_stat_activity using (pid) where client_addr is not null and usename not in ('postgres')";
  const psql = `PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U postgres -XAt -F' ' -c "${query}"`;
  const [encrypted, all] = (await kubectl('exec', 'statefulset/postgresql', '--', 'sh', '-c', psql))
    .trim()
    .split(' ');
  if (encrypted !== all || all === '0')
    throw new PreflightError(`${encrypted} of ${all} connections to PostgreSQL are encrypted.`);
  return `${all} connections to PostgreSQL`;
};

/** Installs the values of production with TLS to every store and tokens of an issuer, tests them, and places orders. */
export const installProduction = async ({
  cluster,
  release,
  options,
}: Readonly<{ cluster: Kubectl; release: Release; options: ReleaseOptions }>): Promise<string> => {
  const issuer = await newIssuer(ISSUER, AUDIENCE);
  const { namespace } = options;
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
  await cluster.apply(secretsOf(await newCertificates(SERVERS)));
  await release.installBacking('tls.secret=backing-tls');
  await cluster.apply(frontOf(await gatewayImage(options), issuer.documents));
  await release.installProduction(...ADDRESSES);
  await release.test();
  const entrance = await entranceTo(cluster, namespace);
  try {
    const { confirmed, compensated } = await placeFirstOrders(
      entrance.url,
      await issuer.token(['teller', 'operator']),
    );
    if (confirmed.state !== 'confirmed' || compensated.state !== 'rejected')
      throw new PreflightError(`The orders are ${confirmed.state} and ${compensated.state}.`);
    return `an order was confirmed after ${confirmed.tookMs} ms and one rejected, with tokens of ${ISSUER}; encrypted: ${await checkEncryption(cluster)}, Redis, MongoDB and Temporal`;
  } finally {
    entrance.close();
  }
};
