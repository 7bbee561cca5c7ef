// Runs one service from its sources, and restarts it when one of them changes. For containers that files are synced into:
// SERVICE=accounts node watch.mjs
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { context } from 'esbuild';
import { assetOf, dist, folderOf, programOptions, root } from './build.mjs';

const service = process.env.SERVICE;
const folder = folderOf(service);
const program = join(dist, `${service}.cjs`);
const { asset, bundleAsset, watchAsset } = (await assetOf(folder)) ?? {};
const target = join(dist, asset ?? '');

let running;
/** The next process starts when the last has ended, because it holds the port until then. */
const restart = () => {
  if (running?.exitCode === null) {
    running.once('exit', start);
    running.kill('SIGTERM');
  } else start();
};
const start = () => {
  running = spawn(process.execPath, ['--enable-source-maps', program], { stdio: 'inherit' });
};

await watchAsset?.(root, target);
const restartAfterBuild = {
  name: 'restart',
  setup: ({ onEnd }) =>
    onEnd(async ({ errors }) => {
      if (errors.length > 0) return; // esbuild has logged them; the last version keeps running.
      if (watchAsset === undefined) await bundleAsset?.(root, target);
      restart();
    }),
};

const bundling = await context({
  ...programOptions,
  entryPoints: [join(folder, 'src', 'main.ts')],
  outfile: program,
  logLevel: 'info',
  plugins: [restartAfterBuild],
});
await bundling.watch();

for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => {
    void bundling.dispose();
    if (running?.exitCode !== null) process.exit(0);
    running.once('exit', () => process.exit(0)).kill('SIGTERM');
  });
