import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Urls } from './worker-of-all-sagas';

const NODE_MODULES = join(__dirname, '../../../node_modules');

/** Starts a worker of all sagas in a process of its own. */
export const killableWorker = async (
  address: string,
  {
    taskQueue,
    workflowBundle,
    urls,
  }: Readonly<{ taskQueue: string; workflowBundle: { code: string }; urls: Urls }>,
) => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-worker-'));
  const script = join(folder, 'worker.cjs');
  const code = join(folder, 'workflows.cjs');
  writeFileSync(code, workflowBundle.code);
  await build({
    entryPoints: [join(__dirname, 'worker-process.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    external: ['@temporalio/*', '@dapr/dapr'],
  });
  const child = spawn(process.execPath, [script, address, taskQueue, code, JSON.stringify(urls)], {
    env: { NODE_PATH: NODE_MODULES },
    stdio: 'inherit',
  });
  const exit = once(child, 'exit');
  return {
    /** Kills the process with SIGKILL. Idempotent. */
    kill: async (): Promise<void> => {
      if (child.kill('SIGKILL')) await exit;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
