import { isGrpcServiceError, type ConnectionLike } from '@temporalio/client';
import type { Duration } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { searchAttributes, TASK_QUEUE } from './protocol';
import { sagaSinks } from './saga-spans';

export { activitiesOf, serviceCaller } from './activities';
export type { CallService } from './activities';
export type { RecordSaga } from './record';

const { IndexedValueType } = temporal.api.enums.v1;

/** Search attributes do not exist and may not be created by this client. */
export class MissingSearchAttributes extends Error {
  override readonly name = 'MissingSearchAttributes';
}

type Connection = Pick<ConnectionLike, 'operatorService' | 'workflowService'>;
type SearchAttribute = (typeof searchAttributes)[keyof typeof searchAttributes];

const register = async ({ operatorService }: Connection, namespace: string): Promise<void> => {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(searchAttributes).filter(({ name }) => customAttributes[name] === undefined);
  if (missing.length === 0) return;
  await operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(
      missing.map(({ name, type }) => [name, IndexedValueType[`INDEXED_VALUE_TYPE_${type}`]]),
    ),
  });
};

/** Status codes of gRPC. */
const status = { INVALID_ARGUMENT: 3, PERMISSION_DENIED: 7, UNIMPLEMENTED: 12 };

const hasCode = (error: unknown, ...codes: readonly number[]): boolean =>
  isGrpcServiceError(error) && codes.includes(error.code);

/** A query that names an unknown search attribute is invalid. */
const exists = async (
  { workflowService }: Connection,
  namespace: string,
  { name }: SearchAttribute,
): Promise<boolean> => {
  try {
    await workflowService.countWorkflowExecutions({ namespace, query: `${name} is null` });
    return true;
  } catch (error) {
    if (hasCode(error, status.INVALID_ARGUMENT)) return false;
    throw error;
  }
};

/**
 * Registers missing search attributes. Without them the server rejects the start of a saga. Where the client may not register
 * any, as on Temporal Cloud, checks that they exist and calls `onDenied`.
 * @throws MissingSearchAttributes naming those that must be created
 */
export const registerSearchAttributes = async (
  connection: Connection,
  namespace: string,
  onDenied: (error: Error) => void = () => undefined,
): Promise<void> => {
  try {
    await register(connection, namespace);
  } catch (error) {
    if (!hasCode(error, status.PERMISSION_DENIED, status.UNIMPLEMENTED)) throw error;
    const all = Object.values(searchAttributes);
    const found = await Promise.all(all.map((one) => exists(connection, namespace, one)));
    const missing = all.filter((_one, index) => !found[index]);
    if (missing.length > 0)
      throw new MissingSearchAttributes(
        `Create these search attributes in Temporal's namespace ${namespace}, which this worker may not do: ` +
          missing.map(({ name, type }) => `${name} (${type})`).join(', '),
        { cause: error },
      );
    onDenied(error as Error);
  }
};

type SagaWorkerOptions = Readonly<{
  connection: NativeConnection;
  namespace: string;
  workflowBundle: WorkflowBundleOption;
  activities: object;
  taskQueue?: string;
  /** The worker's name in Temporal's UI. */
  identity?: string;
}>;

/** Activities are HTTP requests that mostly wait. */
const CONCURRENT_ACTIVITIES = 200;
const CONCURRENT_WORKFLOW_TASKS = 80;
const CONCURRENT_POLLS = 20;
/** Activities of one workflow task that start in this process without a round trip to the server's task queue. */
const EAGER_ACTIVITIES = 10;
/** Sagas kept in memory between their steps, some 50 kB each. With more sagas running, each step replays a history first. */
const CACHED_WORKFLOWS = 1_000;
/** How long the sagas of a lost worker wait for it before another worker takes them over. */
const STICKY_TIMEOUT: Duration = '5 seconds';

export const createSagaWorker = ({
  taskQueue = TASK_QUEUE,
  ...options
}: SagaWorkerOptions): Promise<Worker> =>
  Worker.create({
    ...options,
    sinks: sagaSinks,
    taskQueue,
    maxConcurrentActivityTaskExecutions: CONCURRENT_ACTIVITIES,
    maxConcurrentWorkflowTaskExecutions: CONCURRENT_WORKFLOW_TASKS,
    maxConcurrentWorkflowTaskPolls: CONCURRENT_POLLS,
    maxConcurrentActivityTaskPolls: CONCURRENT_POLLS,
    maxEagerActivityReservationsPerWorkflowTask: EAGER_ACTIVITIES,
    maxCachedWorkflows: CACHED_WORKFLOWS,
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    shutdownGraceTime: '10 seconds',
  });
