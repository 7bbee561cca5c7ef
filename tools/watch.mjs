// Runs one service from its sources, and restarts it when one of them changes. For containers that files are synced into:
// SERVICE=accounts node watch.mjs
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { context } from 'esbuild';
import { assetOf, dist, folderOf, programOptions, root } from './build.mjs';

/** Files of one change arrive one after another. */
const SETTLE_MS = 50;

const service = process.env.SERVICE;
const folder = folderOf(service);
const program = join(dist, `${service}.cjs`);
const { asset, bundleAsset } = (await assetOf(folder)) ?? {};

const bundling = await context({
  ...programOptions,
  entryPoints: [join(folder, 'src', 'main.ts')],
  outfile: program,
  logLevel: 'info',
  metafile: true,
});

/** What the service consists of. `build` returns the files that it read; `folders` has those of the last build. */
const parts = [
  { build: async () => Object.keys((await bundling.rebuild()).metafile.inputs), folders: new Set() },
  ...(bundleAsset ? [{ build: () => bundleAsset(root, join(dist, asset)), folders: new Set() }] : []),
];

let running;
const isRunning = () => running !== undefined && running.exitCode === null && running.signalCode === null;
/** The next process starts when the last has ended, because it holds the port until then. */
const restart = () => {
  if (isRunning()) {
    running.removeAllListeners('exit');
    running.once('exit', start);
    running.kill('SIGTERM');
  } else start();
};
const start = () => {
  running = spawn(process.execPath, ['--enable-source-maps', program], { stdio: 'inherit' });
};

const changed = new Set();
let timer;
let working = false;

const build = async () => {
  working = true;
  const folders = new Set(changed);
  changed.clear();
  const affected = parts.filter(
    (part) => part.folders.size === 0 || [...folders].some((path) => part.folders.has(path)),
  );
  try {
    for (const part of affected) {
      const files = await part.build();
      part.folders = new Set(
        files.filter((file) => !file.includes('node_modules/')).map((file) => dirname(join(root, file))),
      );
    }
    restart();
  } catch (error) {
    // The last version keeps running. esbuild has logged its own errors.
    if (error.errors === undefined) console.error(error);
  }
  watchFolders();
  working = false;
  if (changed.size > 0) void build();
};

/**
 * The kernel reports changes in these folders. esbuild's own watch polls all files, which costs each service a tenth of a
 * core and is late on a busy node.
 */
const watchers = new Map();
const watchFolders = () => {
  for (const path of parts.flatMap(({ folders }) => [...folders]))
    if (!watchers.has(path))
      watchers.set(
        path,
        watch(path, () => {
          changed.add(path);
          clearTimeout(timer);
          timer = setTimeout(() => working || void build(), SETTLE_MS);
        }),
      );
};

await build();

for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => {
    void bundling.dispose();
    if (!isRunning()) process.exit(0);
    running.removeAllListeners('exit');
    running.once('exit', () => process.exit(0)).kill('SIGTERM');
  });
