import { spawn } from 'node:child_process';
import { freePort } from '../../ports';
import { until } from '../../supervision/until';
import type { Kubectl } from './kubectl';

const PROBE_MS = 2_000;
const FORWARDED_WITHIN_MS = 20_000;

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_MS) })).ok;
  } catch {
    return false;
  }
};

export type Entrance = Readonly<{
  url: string;
  /** Whether a rollout of the gateway is seen through it: a forwarded port is bound to one pod. */
  balanced: boolean;
  close: () => void;
}>;

/** A way to the gateway: the address that was named, the service itself if it can be reached from here, else a forwarded port. */
export const entranceTo = async ({ json }: Kubectl, namespace: string, named?: string): Promise<Entrance> => {
  const close = (): void => undefined;
  if (named !== undefined) return { url: named, balanced: true, close };
  const { spec } = await json<{ spec: { clusterIP: string } }>('get', 'service', 'gateway');
  const direct = `http://${spec.clusterIP}`;
  if (await answers(direct)) return { url: direct, balanced: true, close };
  const port = await freePort();
  const args = ['--namespace', namespace, 'port-forward', 'service/gateway', `${port}:80`];
  const forward = spawn('kubectl', args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await until(
    async () => {
      if (!(await answers(url))) throw new Error('it does not answer');
    },
    { what: 'the forwarded port', timeoutMs: FORWARDED_WITHIN_MS },
  );
  return { url, balanced: false, close: () => void forward.kill() };
};
