import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PreflightError } from '../../errors';

const run = promisify(execFile);
const OUTPUT_BYTES = 64 * 1024 * 1024;
const SETTLED_S = 120;
const SETTLED_PER_POD_S = 10;

const outputOf = (error: unknown): string => {
  const { stderr = '', message } = error as Error & { stderr?: string };
  return stderr.trim() || message;
};

/** kubectl on the current context, in one namespace. */
export const kubectlIn = (namespace: string) => {
  const kubectl = async (...args: readonly string[]): Promise<string> => {
    try {
      const { stdout } = await run('kubectl', ['--namespace', namespace, ...args], {
        maxBuffer: OUTPUT_BYTES,
      });
      return stdout;
    } catch (error) {
      throw new PreflightError(`kubectl ${args.join(' ')}: ${outputOf(error)}`);
    }
  };
  return {
    kubectl,
    json: async <T>(...args: readonly string[]): Promise<T> =>
      JSON.parse(await kubectl(...args, '--output=json')) as T,
    /** Creates objects, or changes them to these. */
    apply: async (objects: readonly object[]): Promise<void> => {
      const applying = run('kubectl', ['--namespace', namespace, 'apply', '--filename=-']);
      applying.child.stdin!.end(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
      await applying.catch((error: unknown) => {
        throw new PreflightError(`kubectl apply: ${outputOf(error)}`);
      });
    },
    /** Names of the pods that match a selector. */
    pods: async (selector: string): Promise<readonly string[]> => {
      const names = await kubectl(
        'get',
        'pods',
        `--selector=${selector}`,
        '--output=jsonpath={.items[*].metadata.name}',
      );
      return names.split(' ').filter(Boolean);
    },
    /** Waits until every Deployment and StatefulSet is complete, longer for more pods: on a small node they start in turn. */
    settled: async (): Promise<void> => {
      const names = (await kubectl('get', 'deployments,statefulsets', '--output=name')).trim().split('\n');
      const pods = (await kubectl('get', 'pods', '--output=name')).trim().split('\n').length;
      for (const name of names.filter(Boolean))
        await kubectl('rollout', 'status', name, `--timeout=${SETTLED_S + pods * SETTLED_PER_POD_S}s`);
    },
  };
};

export type Kubectl = ReturnType<typeof kubectlIn>;

/** @throws PreflightError when there is no cluster, or no Dapr in it */
export const checkCluster = async ({ kubectl }: Kubectl): Promise<string> => {
  const version = await kubectl('version').catch(() => {
    throw new PreflightError(
      'No cluster responds: configure kubectl for one (docs/how-to/kind.md creates one).',
    );
  });
  await kubectl('get', 'crd', 'components.dapr.io').catch(() => {
    throw new PreflightError('Dapr is not on this cluster: docs/how-to/kind.md shows how to install it.');
  });
  return /Server Version: (\S+)/.exec(version)?.[1] ?? 'unknown';
};
