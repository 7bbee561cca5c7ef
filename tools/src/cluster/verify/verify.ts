import { messageOf, PreflightError } from '../../errors';
import { until } from '../../supervision/until';
import { demo } from './demo';
import { disruptions } from './disruptions';
import { entranceTo, type Entrance } from './gateway';
import { checkCluster, kubectlIn, type Kubectl } from './kubectl';
import { startLoad, type Observed } from './load';
import { memoryOf } from './memory';
import { selectSteps, tableOf, type Outcome, type Selection } from './plan';
import { partitionAll } from './partition';
import { installProduction } from './production';
import { releaseIn, type Release, type ReleaseOptions } from './release';
import { replicasWork } from './replicas';

type VerifyOptions = ReleaseOptions &
  Selection &
  Readonly<{
    gateway: string | undefined;
    purchases: number;
    /** The services that get several replicas for a while. */
    scaled: readonly string[];
    /** Has `sh` and `iptables`. */
    networkImage: string;
    seed: number;
  }>;

/** Values that set the replicas of services. */
const replicas = ({ scaled }: VerifyOptions, count: number): readonly string[] =>
  scaled.map((service) => `services.${service}.replicas=${count}`);

type World = Readonly<{ options: VerifyOptions; cluster: Kubectl; release: Release }>;
type Step = Readonly<{
  name: string;
  /** Whether the step runs only when it is named. */
  onRequest?: boolean;
  run: (world: World) => Promise<string>;
}>;

/** Kubernetes itself removes volumes and the Services of sidecars, a little later. */
const GONE_WITHIN_MS = 120_000;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const through = async <T>(
  { cluster, options }: World,
  use: (entrance: Entrance) => Promise<T>,
): Promise<T> => {
  const entrance = await entranceTo(cluster, options.namespace, options.gateway);
  try {
    return await use(entrance);
  } finally {
    entrance.close();
  }
};

/** Runs a step under load from a client that does not retry. @throws PreflightError when a call fails */
const underLoad = (world: World, work: () => Promise<unknown>): Promise<string> =>
  through(world, async ({ url, balanced }) => {
    const load = await startLoad(url);
    const result: { observed?: Observed } = {};
    try {
      await work();
    } finally {
      result.observed = await load.end();
    }
    const { requests, orders, failed, failures, slowestMs } = result.observed;
    const summary = `${requests} requests with ${orders} orders, ${failed} failed, slowest ${slowestMs} ms`;
    if (failed > 0 && balanced)
      throw new PreflightError(`${summary}: ${failures.map(({ at, what }) => `${at} ${what}`).join('; ')}`);
    return balanced ? summary : `${summary} (through a forwarded port of one pod, which ends with it)`;
  });

const shopWhile = async (world: World, purchases: number, work: () => Promise<unknown>): Promise<string> =>
  through(world, async ({ url }) => {
    const [report] = await Promise.all([demo(url, purchases), work()]);
    return `${report.orders} orders, ${report.confirmed} confirmed, ${report.sagasPerSecond}/s, p50 ${report.p50Ms} ms`;
  });

const disruptAll = async ({ cluster }: World): Promise<void> => {
  for (const { what, how } of disruptions) {
    process.stdout.write(`    away with ${what}\n`);
    await how(cluster);
    await cluster.settled();
  }
};

/** All objects of the namespace except those that Kubernetes creates in every namespace. */
const leftIn = async ({ kubectl }: Kubectl): Promise<readonly string[]> => {
  const list = await kubectl('api-resources', '--namespaced', '--verbs=list,delete', '--output=name');
  const kinds = list.split('\n').filter((kind) => kind !== '' && !kind.startsWith('events'));
  const names = await kubectl('get', kinds.join(','), '--output=name', '--ignore-not-found');
  const everywhere = /^(serviceaccount\/default|configmap\/kube-root-ca\.crt|)$/;
  return names.split('\n').filter((name) => !everywhere.test(name));
};

const nothingLeft = async ({ cluster, release }: World): Promise<string> => {
  await release.uninstall();
  await until(
    async () => {
      const left = await leftIn(cluster);
      if (left.length > 0) throw new Error(`this is left behind: ${left.join(', ')}`);
    },
    { what: 'The empty namespace', timeoutMs: GONE_WITHIN_MS },
  );
  return 'nothing is left';
};

/** Reads workflows by the API of Temporal's web interface. */
const sagasOnPage = async ({ cluster, options }: World): Promise<string> => {
  const query = encodeURIComponent('ExecutionStatus="Completed"');
  const page = `/api/v1/namespaces/${options.namespace}/services/temporal:ui/proxy`;
  const text = await cluster.kubectl(
    'get',
    '--raw',
    `${page}/api/v1/namespaces/default/workflow-count?query=${query}`,
  );
  const { count } = JSON.parse(text) as { count?: string };
  if (Number(count ?? 0) === 0) throw new PreflightError("Temporal's page shows no saga that has ended.");
  return `Temporal's page shows ${count} that have ended`;
};

const steps: readonly Step[] = [
  {
    name: 'install',
    run: async ({ release }) => {
      const startedAt = performance.now();
      await release.installBacking();
      const backing = seconds(performance.now() - startedAt);
      await release.install();
      return `everything is ready, the backing release after ${backing}`;
    },
  },
  { name: 'test', run: async ({ release }) => (await release.test(), 'helm test passed') },
  { name: 'demo', run: (world) => shopWhile(world, world.options.purchases, async () => undefined) },
  { name: 'sagas', run: sagasOnPage },
  {
    name: 'memory',
    run: async ({ cluster, options }) => memoryOf(cluster, options.namespace),
  },
  {
    name: 'disrupt',
    run: (world) => shopWhile(world, world.options.purchases * 2, () => disruptAll(world)),
  },
  {
    name: 'scale',
    run: (world) => underLoad(world, () => world.release.install(...replicas(world.options, 3))),
  },
  { name: 'replicas', run: (world) => through(world, ({ url }) => replicasWork(world.cluster, url)) },
  { name: 'shop', run: (world) => shopWhile(world, world.options.purchases * 3, async () => undefined) },
  {
    name: 'rollout',
    run: (world) =>
      underLoad(world, async () => {
        await world.cluster.kubectl(
          'rollout',
          'restart',
          'deployment',
          '--selector=app.kubernetes.io/part-of=bankside',
        );
        await world.cluster.settled();
      }),
  },
  {
    name: 'upgrade',
    run: (world) =>
      underLoad(world, () =>
        // Dapr's settings change, too.
        world.release.install(
          ...replicas(world.options, 2),
          'defaults.env.LOG_LEVEL=warn',
          'dapr.moreApis={shutdown,metadata}',
        ),
      ),
  },
  { name: 'rollback', run: (world) => underLoad(world, () => world.release.rollback(0)) },
  { name: 'shrink', run: (world) => underLoad(world, () => world.release.install()) },
  { name: 'check', run: (world) => shopWhile(world, world.options.purchases * 3, async () => undefined) },
  { name: 'uninstall', run: nothingLeft },
  {
    name: 'partition',
    onRequest: true,
    run: (world) =>
      through(world, ({ url }) =>
        partitionAll(world.cluster, url, { image: world.options.networkImage, seed: world.options.seed }),
      ),
  },
  {
    name: 'production',
    onRequest: true,
    run: async ({ options }) => {
      const own = { ...options, namespace: `${options.namespace}-production` };
      const cluster = kubectlIn(own.namespace);
      const result = await installProduction({ cluster, release: releaseIn(own), options: own });
      if (!options.keep) await cluster.kubectl('delete', 'namespace', own.namespace);
      return result;
    },
  },
];

const runStep = async ({ name, run }: Step, world: World): Promise<Outcome> => {
  process.stdout.write(`${name} …\n`);
  const startedAt = performance.now();
  const { ok, result } = await run(world).then(
    (result) => ({ ok: true, result }),
    (error: unknown) => ({ ok: false, result: messageOf(error) }),
  );
  const took = performance.now() - startedAt;
  process.stdout.write(`  ${ok ? '' : 'FAILED: '}${result} (${seconds(took)})\n`);
  return { step: name, seconds: took / 1000, ok, result };
};

/**
 * Installs the charts, uses, breaks, changes and uninstalls them. Stops at the first step that fails; as every step depends on
 * the cluster alone, the verification can continue from there. Returns the exit code.
 */
export const verify = async (options: VerifyOptions): Promise<number> => {
  const cluster = kubectlIn(options.namespace);
  const world = { options, cluster, release: releaseIn(options) };
  const offered = steps.filter(({ name, onRequest = false }) => !onRequest || options.only.includes(name));
  const selected = selectSteps(
    offered.map(({ name }) => name),
    options,
  );
  process.stdout.write(`Kubernetes ${await checkCluster(cluster)}, namespace ${options.namespace}\n`);
  const outcomes: Outcome[] = [];
  for (const step of steps.filter(({ name }) => selected.includes(name))) {
    outcomes.push(await runStep(step, world));
    if (!outcomes.at(-1)!.ok) break;
  }
  process.stdout.write(`\n${tableOf(outcomes)}`);
  const last = outcomes.at(-1);
  if (last === undefined || last.ok) return 0;
  process.stdout.write(
    `\n${await cluster.kubectl('get', 'pods')}\nTo continue after a repair: the same options with --from ${last.step}.\n`,
  );
  return 1;
};
