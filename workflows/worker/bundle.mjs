import { readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));
const workflowsPath = pathOf('./src/workflows.ts');
/** Loaded once and not for each saga: their modules hold no state. */
const preloadModules = [pathOf('../saga/src/stack-traces.ts'), workflowsPath];

const sourcesIn = (root, folder) =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => !file.includes('node_modules'));

/** The code of all workflows, which runs isolated from the worker. */
export const asset = 'workflow-bundle.cjs';

/** Bundles the code, which takes seconds. Returns the files that it may have read. */
export const bundleAsset = async (root, file) => {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const sources = ['workflows', 'packages'].flatMap((folder) => sourcesIn(root, folder));
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    preloadModules,
    // The worker keeps the source map in memory; without the sources 14 MiB less.
    webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(file, code);
  return ['workflows/worker/bundle.mjs', ...sources];
};
