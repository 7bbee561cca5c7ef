import type { Kubectl } from './kubectl';

type Nodes = Readonly<{ items: readonly Readonly<{ metadata: { name: string } }>[] }>;
type Summary = Readonly<{
  pods: readonly Readonly<{
    podRef: { name: string; namespace: string };
    containers?: readonly Readonly<{ name: string; memory?: { workingSetBytes?: number } }>[];
  }>[];
}>;

const MIB = 1024 * 1024;

/** The memory of a namespace as the kubelets count it: the total, then a line for each pod: `accounts-… accounts 96, daprd 31 MiB`. */
export const memoryOf = async ({ json, kubectl }: Kubectl, namespace: string): Promise<string> => {
  const { items } = await json<Nodes>('get', 'nodes');
  const summaries = await Promise.all(
    items.map(
      async ({ metadata }) =>
        JSON.parse(
          await kubectl('get', '--raw', `/api/v1/nodes/${metadata.name}/proxy/stats/summary`),
        ) as Summary,
    ),
  );
  const pods = summaries
    .flatMap(({ pods: all }) => all)
    .filter(({ podRef }) => podRef.namespace === namespace)
    .map(({ podRef, containers = [] }) => ({
      pod: podRef.name,
      parts: containers.map(({ name, memory }) => ({
        name,
        mib: Math.round((memory?.workingSetBytes ?? 0) / MIB),
      })),
    }));
  const total = pods.flatMap(({ parts }) => parts).reduce((sum, { mib }) => sum + mib, 0);
  const lines = pods.map(
    ({ pod, parts }) => `${pod}: ${parts.map(({ name, mib }) => `${name} ${mib}`).join(', ')} MiB`,
  );
  return [`${total} MiB in ${pods.length} pods`, ...lines.toSorted()].join('\n    ');
};
