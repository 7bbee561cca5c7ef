import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { registerSearchAttributes } from '../src/register-search-attributes';
import { createSagaWorker } from '../src/saga-worker';

const namespace = 'default';

/** Errors of activities, and tasks that died with their worker, are what these tests are about, so they are no news. */
const quiet = new DefaultLogger('ERROR');
const telemetryOptions = { logging: { filter: { core: 'ERROR', other: 'ERROR' } } } as const;
let isQuiet = false;
/** Once for a process, however many desks it opens. */
export const quietRuntime = (): void => {
  if (!isQuiet) Runtime.install({ logger: quiet, shutdownSignals: [], telemetryOptions });
  isQuiet = true;
};

export const bundleOf = async (workflowsPath: string): Promise<{ code: string }> =>
  bundleWorkflowCode({ workflowsPath, logger: quiet });

/** A client and a worker of its own task queue on a running server. */
export const startTestWorker = async (
  address: string,
  options: Readonly<{ workflowBundle: { code: string }; activities: object; taskQueue?: string }>,
) => {
  const { taskQueue = `test-${randomUUID()}`, ...rest } = options;
  const connection = await NativeConnection.connect({ address });
  await registerSearchAttributes(connection, namespace);
  const worker = await createSagaWorker({ connection, namespace, taskQueue, identity: 'test', ...rest });
  const running = worker.run();
  return {
    client: new Client({ connection, namespace, identity: 'test' }),
    taskQueue,
    stop: async () => {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
};
