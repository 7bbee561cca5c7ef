import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundle } from './shop';

const NODE_MODULES = join(__dirname, '../../../node_modules');

/** Starts a worker that can be killed like any process. */
export const mortalWorker = async (address: string, bankUrl: string, taskQueue: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'worker-'));
  const script = join(folder, 'worker.cjs');
  const code = join(folder, 'workflows.cjs');
  writeFileSync(code, (await bundle()).code);
  await build({
    entryPoints: [join(__dirname, 'worker-process.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    external: ['@temporalio/*', '@dapr/dapr'],
  });
  const child = spawn(process.execPath, [script, address, bankUrl, taskQueue, code], {
    env: { NODE_PATH: NODE_MODULES },
    stdio: 'inherit',
  });
  return {
    kill: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      rmSync(folder, { recursive: true });
    },
  };
};
