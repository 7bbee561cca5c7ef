// Runs one service from its sources, and starts it anew when one changes. For containers that files are synced into:
// SERVICE=accounts node watch.mjs
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const service = process.env.SERVICE;
const folder = ['services', 'workflows']
  .map((one) => join(root, one, service))
  .find((one) => existsSync(one));
const program = join(root, 'dist', `${service}.cjs`);

let running;
/** The next one starts when the last has ended, as it still holds the port. */
const restart = () => {
  if (running?.exitCode === null) {
    running.once('exit', start);
    running.kill('SIGTERM');
  } else start();
};
const start = () => {
  running = spawn(process.execPath, ['--enable-source-maps', program], { stdio: 'inherit' });
};

if (service === 'console') {
  const { pageOptions } = await import('../services/console/bundle.mjs');
  const page = await context({ absWorkingDir: root, ...pageOptions(join(root, 'dist', 'console-page')) });
  await page.watch();
}
const workflows = service === 'worker' && (await import('../workflows/worker/bundle.mjs')).bundleWorkflows;
const started = {
  name: 'start',
  setup: ({ onEnd }) =>
    onEnd(async ({ errors }) => {
      if (errors.length > 0) return; // What runs goes on; esbuild has said why.
      if (workflows) await workflows(join(root, 'dist', 'workflow-bundle.cjs'));
      restart();
    }),
};

const bundling = await context({
  absWorkingDir: root,
  entryPoints: [join(folder, 'src', 'main.ts')],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  sourcemap: 'linked',
  external: ['@temporalio/*', '@dapr/dapr', 'pg-native'],
  logLevel: 'info',
  plugins: [started],
});
await bundling.watch();

for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => {
    void bundling.dispose();
    if (running?.exitCode !== null) process.exit(0);
    running.once('exit', () => process.exit(0)).kill('SIGTERM');
  });
