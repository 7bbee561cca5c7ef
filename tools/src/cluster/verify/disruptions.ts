import type { Kubectl } from './kubectl';

export type Disruption = Readonly<{ what: string; how: (cluster: Kubectl) => Promise<unknown> }>;

/**
 * Stops a pod with a grace period of two seconds, after which it gets SIGKILL. Not with `--force`, which removes only the
 * object: its processes would keep running for their whole grace period, and a second PostgreSQL would start on their files.
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
export const store = (...names: readonly string[]): string =>
  `app.kubernetes.io/part-of=bankside-backing,app.kubernetes.io/name in (${names.join()})`;

/** Shuts a sidecar down by its own API, called from the service beside it: the image of a sidecar has no shell. */
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

/** The processes that are killed under load, one after another. */
export const disruptions: readonly Disruption[] = [
  { what: 'a service (accounts)', how: kill(service('accounts')) },
  { what: 'a sidecar (orders)', how: endSidecar('orders') },
  { what: 'the worker', how: kill(service('worker')) },
  { what: 'the projection', how: kill(service('projection')) },
  { what: 'the broker', how: kill(store('redis', 'kafka')) },
  { what: 'Temporal', how: kill(store('temporal')) },
  { what: 'PostgreSQL', how: kill(store('postgresql')) },
];
