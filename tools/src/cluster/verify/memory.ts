import type { Kubectl } from './kubectl';

type Nodes = Readonly<{ items: readonly Readonly<{ metadata: { name: string } }>[] }>;
type Summary = Readonly<{
  pods: readonly Readonly<{
    podRef: { name: string; namespace: string };
    containers?: readonly Readonly<{ name: string; memory?: { workingSetBytes?: number } }>[];
  }>[];
}>;

const MIB = 1024 * 1024;

/** The memory of each pod of the namespace, one line each, as the kubelets count it: `accounts-… accounts 96, daprd 31 MiB`. */
export const memoryOf = async ({ json, kubectl }: Kubectl, namespace: string): Promise<readonly string[]> => {
  const { items } = await json<Nodes>('get', 'nodes');
  const summaries = await Promise.all(
    items.map(
      async ({ metadata }) =>
        JSON.parse(
          await kubectl('get', '--raw', `/api/v1/nodes/${metadata.name}/proxy/stats/summary`),
        ) as Summary,
    ),
  );
  const ours = summaries
    .flatMap(({ pods }) => pods)
    .filter(({ podRef, containers }) => podRef.namespace === namespace && containers !== undefined);
  return ours
    .map(({ podRef, containers = [] }) => {
      const parts = containers.map(
        ({ name, memory }) => `${name} ${Math.round((memory?.workingSetBytes ?? 0) / MIB)}`,
      );
      return `${podRef.name}: ${parts.join(', ')} MiB`;
    })
    .toSorted();
};
