import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sharedFile } from '@bankside/tools';
import { build } from 'esbuild';
import type { Databases, Message } from './process-main';

/** The bundle of a replica. */
const bundled = (): Promise<string> =>
  sharedFile('projection-replica.cjs', async () => {
    const { outputFiles } = await build({
      entryPoints: [join(__dirname, 'process-main.ts')],
      write: false,
      bundle: true,
      platform: 'node',
      external: ['pg-native', '@dapr/dapr'],
      logLevel: 'error',
    });
    return outputFiles[0]!.text;
  });

/** Replicas as processes of their own, to be killed. */
export const processes = async (databases: Databases, ownersUrl: string) => {
  const program = await bundled();
  const running = new Set<ChildProcess>();

  /** `only`: the name of the one view that it has. */
  const start = async (only?: string) => {
    const child = fork(program, [JSON.stringify({ ...databases, ownersUrl, only })], { execArgv: [] });
    running.add(child);
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('a replica did not start'))),
    ]);
    return {
      pid: child.pid!,
      deliver: (message: Message): void => {
        if (child.connected) child.send(message, () => undefined);
      },
      /** As `kill -9`. */
      kill: async (): Promise<void> => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
        running.delete(child);
      },
    };
  };

  return {
    start,
    stop: (): void => {
      for (const child of running) child.kill('SIGKILL');
    },
  };
};

export type Processes = Awaited<ReturnType<typeof processes>>;
export type Process = Awaited<ReturnType<Processes['start']>>;
