import type { Kubectl } from './kubectl';

export type Disruption = Readonly<{ what: string; how: (cluster: Kubectl) => Promise<unknown> }>;

/**
 * With two seconds' notice, then by SIGKILL. Never by force: that only makes Kubernetes forget the pod, whose processes
 * go on for their whole grace period, and a second PostgreSQL would start beside the first, on the same files.
 */
export const killPod = ({ kubectl }: Kubectl, pod: string): Promise<string> =>
  kubectl('delete', 'pod', pod, '--now');

const kill =
  (selector: string) =>
  async (cluster: Kubectl): Promise<void> => {
    const [first] = await cluster.pods(selector);
    if (first === undefined) throw new Error(`There is no pod of ${selector} to kill.`);
    await killPod(cluster, first);
  };

export const service = (name: string): string =>
  `app.kubernetes.io/part-of=bankside,app.kubernetes.io/name=${name}`;
const store = (name: string): string =>
  `app.kubernetes.io/part-of=bankside-backing,app.kubernetes.io/name=${name}`;

/** A sidecar's image has no shell, so it is asked to end by its own API, from the service beside it. */
const endSidecar =
  (name: string) =>
  ({ kubectl }: Kubectl) =>
    kubectl(
      'exec',
      `deployment/${name}`,
      `--container=${name}`,
      '--',
      'node',
      '-e',
      "fetch('http://127.0.0.1:3500/v1.0/shutdown',{method:'POST',headers:{'dapr-api-token':process.env.DAPR_API_TOKEN}}).then((r)=>process.exit(r.ok?0:1))",
    );

/** What is taken away under load, one after another. */
export const disruptions: readonly Disruption[] = [
  { what: 'a service (accounts)', how: kill(service('accounts')) },
  { what: 'a sidecar (orders)', how: endSidecar('orders') },
  { what: 'the worker', how: kill(service('worker')) },
  { what: 'the projection', how: kill(service('projection')) },
  { what: 'Redis', how: kill(store('redis')) },
  { what: 'Temporal', how: kill(store('temporal')) },
  { what: 'PostgreSQL', how: kill(store('postgresql')) },
];
