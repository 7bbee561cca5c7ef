import { randomUUID } from 'node:crypto';
import { Outage, type Invoke } from '@bankside/dapr';
import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { createSagaWorker, registerSearchAttributes } from '../src/worker';

const namespace = 'default';

/** These tests provoke failing activities and workflow tasks, so only errors are logged. */
const errorsOnly = new DefaultLogger('ERROR');
const telemetryOptions = { logging: { filter: { core: 'ERROR', other: 'ERROR' } } } as const;
let isQuiet = false;
/** Installs a runtime that logs errors only. Idempotent. */
export const quietRuntime = (): void => {
  if (!isQuiet) Runtime.install({ logger: errorsOnly, shutdownSignals: [], telemetryOptions });
  isQuiet = true;
};

export type WorkflowBundle = Readonly<{ code: string }>;

/** A worker with a task queue of its own, and a client, on a running server. */
export const startTestWorker = async (
  address: string,
  options: Readonly<{ workflowBundle: WorkflowBundle; activities: object; taskQueue?: string }>,
) => {
  quietRuntime();
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

/** Sends requests to `/<service>/<path>` of one server, as service invocation would send them to the service. */
export const httpInvoke =
  (url: string): Invoke =>
  async (service, method, path, { body, headers = {}, timeoutMs = 1_000 } = {}) => {
    try {
      const response = await fetch(`${url}/${service}/${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body ?? {}),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      return { status: response.status, headers: {}, body: text === '' ? '' : JSON.parse(text) };
    } catch (error) {
      throw new Outage(`${service} did not respond`, { cause: error });
    }
  };
