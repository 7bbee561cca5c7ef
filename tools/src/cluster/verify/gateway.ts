import { spawn } from 'node:child_process';
import { freePort } from '../../ports';
import { until } from '../../supervision/until';
import type { Kubectl } from './kubectl';

const PROBE_MS = 2_000;
const FORWARDED_WITHIN_MS = 20_000;

const responds = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_MS) })).ok;
  } catch {
    return false;
  }
};

export type Entrance = Readonly<{
  url: string;
  /** Whether requests reach all replicas of the gateway: a forwarded port is bound to one pod, and ends with it. */
  balanced: boolean;
  close: () => void;
}>;

/** Connects to the gateway: at the configured address, at its Service if that is reachable, else by a forwarded port. */
export const entranceTo = async ({ json }: Kubectl, namespace: string, named?: string): Promise<Entrance> => {
  const close = (): void => undefined;
  if (named !== undefined) return { url: named, balanced: true, close };
  const { spec } = await json<{ spec: { clusterIP: string } }>('get', 'service', 'gateway');
  const direct = `http://${spec.clusterIP}`;
  if (await responds(direct)) return { url: direct, balanced: true, close };
  const port = await freePort();
  const args = ['--namespace', namespace, 'port-forward', 'service/gateway', `${port}:80`];
  const forward = spawn('kubectl', args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await until(
    async () => {
      if (!(await responds(url))) throw new Error('it does not respond');
    },
    { what: 'the forwarded port', timeoutMs: FORWARDED_WITHIN_MS },
  );
  return { url, balanced: false, close: () => void forward.kill() };
};
