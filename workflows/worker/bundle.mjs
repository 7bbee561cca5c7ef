import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const workflowsPath = fileURLToPath(new URL('./src/workflows.ts', import.meta.url));

/** Bundles the code of all workflows, which runs isolated from the worker. It takes seconds, so it is a build step. */
export const bundleWorkflows = async (outFile) => {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  await mkdir(dirname(outFile), { recursive: true });
  await writeFile(outFile, code);
};

if (process.argv[1] === fileURLToPath(import.meta.url))
  await bundleWorkflows(fileURLToPath(new URL('../../dist/workflow-bundle.cjs', import.meta.url)));
