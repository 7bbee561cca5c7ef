import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createSagaWorker } from '@bankside/saga/worker';
import { projectRoot } from '@bankside/tools';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Kind, EmptyActivities } from './bare-workflow';

const activities: EmptyActivities = { nothing: () => Promise.resolve() };

const TASK_QUEUE = 'bare';
const WORKFLOW = join(projectRoot, 'bench', 'src', 'baselines', 'bare-workflow.ts');

/** Runs a workflow with empty activities on a worker with the settings of the saga worker. */
export const bareTemporal = async (address: string) => {
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger, shutdownSignals: [] });
  const connection = await NativeConnection.connect({ address });
  const worker = await createSagaWorker({
    connection,
    namespace: 'default',
    taskQueue: TASK_QUEUE,
    workflowBundle: await bundleWorkflowCode({ workflowsPath: WORKFLOW, logger }),
    activities,
  });
  const running = worker.run();
  const client = new Client({ connection });
  return {
    run: (activities: number, kind: Kind, workflowId: string = randomUUID()): Promise<unknown> =>
      client.workflow.execute('bare', {
        workflowId,
        taskQueue: TASK_QUEUE,
        args: [activities, kind],
        requestEagerStart: true, // As for sagas.
      }),
    stop: async (): Promise<void> => {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
};
