import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, sharedFile } from '@bankside/tools';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { WorkflowBundle } from './test-worker';

/** The list of all sagas of the worker. */
const ALL_SAGAS = join(projectRoot, 'workflows/worker/src/workflows.ts');
const STACK_TRACES = join(projectRoot, 'workflows/saga/src/stack-traces.ts');

/** Bundling takes seconds, so the test files of one run share one bundle of all sagas, as the worker has it. */
export const bundleOf = async (workflowsPath: string = ALL_SAGAS): Promise<WorkflowBundle> => {
  const name = createHash('sha256').update(workflowsPath).digest('hex');
  const file = await sharedFile(`${name}.cjs`, async () => {
    const { code } = await bundleWorkflowCode({
      workflowsPath,
      preloadModules: [STACK_TRACES, workflowsPath],
      logger: new DefaultLogger('ERROR'),
    });
    return code;
  });
  return { code: readFileSync(file, 'utf8') };
};
