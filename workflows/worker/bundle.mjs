import { readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const workflowsPath = fileURLToPath(new URL('./src/workflows.ts', import.meta.url));

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
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  writeFileSync(file, code);
  return ['workflows/worker/bundle.mjs', ...sources];
};
