import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAudit } from '@bankside/audit';
import { signIn } from '@bankside/client';
import { sumOf } from '@bankside/std';
import { between, randomFrom, shuffled } from '@bankside/std/random';
import { PreflightError } from '../../errors';
import { until } from '../../supervision/until';
import { service, store } from './disruptions';
import type { Kubectl } from './kubectl';
import { startLoad } from './load';

/** Selectors of the pods that do not reach each other. */
type Cut = Readonly<{ what: string; of: string; from: string }>;

const cuts: readonly Cut[] = [
  { what: 'orders from PostgreSQL', of: service('orders'), from: store('postgresql') },
  { what: 'accounts from the broker', of: service('accounts'), from: store('redis', 'kafka') },
  { what: 'the gateway from orders', of: service('gateway'), from: service('orders') },
  { what: 'the worker from accounts', of: service('worker'), from: service('accounts') },
  { what: 'the worker from Temporal', of: service('worker'), from: store('temporal') },
  { what: 'projection from PostgreSQL', of: service('projection'), from: store('postgresql') },
  { what: 'projection from MongoDB', of: service('projection'), from: store('mongodb') },
];

const SECONDS = { shortest: 5, longest: 20 };
const BETWEEN_CUTS_MS = 5_000;
const STARTED_WITHIN_MS = 60_000;
const QUIESCENT_WITHIN_MS = 180_000;

/** The container that changes the network of a pod. It ends with the pod: ephemeral containers cannot be removed. */
const CONTAINER = 'network';
const WAITS_FOR_ITS_END = 'trap "exit 0" TERM; while :; do sleep 60 & wait; done';

type Labels = Readonly<Record<string, string>>;
type List<Item> = Readonly<{ items: readonly Item[] }>;
type Pod = Readonly<{
  metadata: { name: string; labels: Labels; deletionTimestamp?: string };
  status: { podIP: string; ephemeralContainerStatuses?: ReadonlyArray<{ name: string; state: object }> };
}>;
type Service = Readonly<{ spec: { clusterIP: string; selector?: Labels } }>;

const podsOf = async ({ json }: Kubectl, selector: string): Promise<readonly Pod[]> => {
  const { items } = await json<List<Pod>>('get', 'pods', `--selector=${selector}`);
  const staying = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (staying.length === 0) throw new Error(`There is no pod of ${selector}.`);
  return staying;
};

/** Addresses of pods, and of the Services in front of them. */
const addressesOf = async (cluster: Kubectl, pods: readonly Pod[]): Promise<readonly string[]> => {
  const { items } = await cluster.json<List<Service>>('get', 'services');
  const selects = (selector: Labels, { metadata }: Pod): boolean =>
    Object.entries(selector).every(([label, value]) => metadata.labels[label] === value);
  const services = items.filter(
    ({ spec: { clusterIP, selector } }) =>
      clusterIP !== 'None' && selector !== undefined && pods.some((pod) => selects(selector, pod)),
  );
  return [...pods.map(({ status }) => status.podIP), ...services.map(({ spec }) => spec.clusterIP)];
};

const isReady = ({ status }: Pod): boolean =>
  status.ephemeralContainerStatuses?.some(({ name, state }) => name === CONTAINER && 'running' in state) ===
  true;

/** Adds a container with the right to change the network to a pod, unless it has one. */
const openNetwork = async (cluster: Kubectl, { metadata: { name } }: Pod, image: string): Promise<void> => {
  const pod = () => cluster.json<Pod>('get', 'pod', name);
  if (isReady(await pod())) return;
  const folder = await mkdtemp(join(tmpdir(), 'bankside-partition-'));
  try {
    const custom = join(folder, 'container.json');
    await writeFile(custom, JSON.stringify({ securityContext: { runAsUser: 0, runAsNonRoot: false } }));
    const debug = ['debug', name, `--image=${image}`, '--profile=netadmin', `--custom=${custom}`];
    const options = [`--container=${CONTAINER}`, '--quiet'];
    await cluster.kubectl(...debug, ...options, '--', 'sh', '-c', WAITS_FOR_ITS_END);
  } finally {
    await rm(folder, { recursive: true });
  }
  await until(
    async () => {
      if (!isReady(await pod())) throw new Error('it does not run');
    },
    { what: `the container ${CONTAINER} of ${name}`, timeoutMs: STARTED_WITHIN_MS },
  );
};

const inNetwork = ({ kubectl }: Kubectl, { metadata: { name } }: Pod, script: string): Promise<string> =>
  kubectl('exec', name, `--container=${CONTAINER}`, '--', 'sh', '-euc', script);

/** Drops packets without a response in both directions, as a network does that is cut. */
const rules = (action: '--insert' | '--delete', addresses: readonly string[]): string =>
  addresses
    .flatMap((address) => [
      `iptables --wait ${action} INPUT --source ${address} --jump DROP`,
      `iptables --wait ${action} OUTPUT --destination ${address} --jump DROP`,
    ])
    .join('\n');

const droppedIn = async (cluster: Kubectl, pod: Pod): Promise<number> => {
  const table = await inNetwork(cluster, pod, 'iptables --wait --list --numeric --verbose --exact');
  return sumOf([...table.matchAll(/^ *(\d+) +\d+ +DROP /gm)].map(([, packets]) => Number(packets)));
};

/** @returns how many packets were dropped */
const cutFor = async (cluster: Kubectl, { of, from }: Cut, image: string, ms: number): Promise<number> => {
  const pods = await podsOf(cluster, of);
  const addresses = await addressesOf(cluster, await podsOf(cluster, from));
  for (const pod of pods) await openNetwork(cluster, pod, image);
  const all = (script: string) => Promise.all(pods.map((pod) => inNetwork(cluster, pod, script)));
  await all(rules('--insert', addresses));
  try {
    await sleep(ms);
    return sumOf(await Promise.all(pods.map((pod) => droppedIn(cluster, pod))));
  } finally {
    await all(rules('--delete', addresses));
  }
};

/** @throws Error while a check of the audit fails, as it does before the system is at rest */
const auditHolds = async (gatewayUrl: string): Promise<string> => {
  const api = await signIn({ role: 'operator' }, { gatewayUrl });
  try {
    const results = await runAudit({ get: (path) => api.get(path) });
    const failed = results.find(({ count }) => count > 0);
    if (failed !== undefined) throw new Error(`${failed.check}: ${failed.problems[0]}`);
    return `${results.length} checks of the audit hold`;
  } finally {
    await api.close();
  }
};

/**
 * Cuts pods from each other while orders are placed, one pair after another in an order of the seed, and then audits.
 * The rules are in the pods' own network namespaces, so it needs no support of the network plugin.
 */
export const partitionAll = async (
  cluster: Kubectl,
  gatewayUrl: string,
  { image, seed }: Readonly<{ image: string; seed: number }>,
): Promise<string> => {
  const random = randomFrom(seed);
  const load = await startLoad(gatewayUrl);
  const all: string[] = [];
  try {
    for (const cut of shuffled(random, cuts)) {
      const seconds = between(random, SECONDS.shortest, SECONDS.longest);
      const dropped = await cutFor(cluster, cut, image, seconds * 1_000);
      if (dropped === 0) throw new PreflightError(`The cut of ${cut.what} dropped no packet.`);
      all.push(`${cut.what} ${seconds} s, ${dropped} packets`);
      process.stdout.write(`    cut ${all.at(-1)}\n`);
      await sleep(BETWEEN_CUTS_MS);
    }
  } finally {
    const { requests, orders, failed } = await load.end();
    all.push(`${requests} requests with ${orders} orders, ${failed} failed meanwhile`);
  }
  await cluster.settled();
  const startedAt = performance.now();
  let audited = '';
  await until(async () => void (audited = await auditHolds(gatewayUrl)), {
    what: 'The audit',
    timeoutMs: QUIESCENT_WITHIN_MS,
  });
  const after = ((performance.now() - startedAt) / 1_000).toFixed(0);
  return `seed ${seed}: ${all.join('; ')}; ${audited} ${after} s later`;
};
