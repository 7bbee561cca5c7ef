import type { ConnectionLike } from '@temporalio/client';
import type { Duration } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { searchAttributes, TASK_QUEUE } from './protocol';

export { activitiesOf, serviceCaller } from './activities';
export type { CallService } from './activities';

const { IndexedValueType } = temporal.api.enums.v1;

/** Registers missing search attributes. Without them the server rejects the start of a saga. */
export const registerSearchAttributes = async (
  { operatorService }: ConnectionLike,
  namespace: string,
): Promise<void> => {
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

export type SagaWorkerOptions = Readonly<{
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
/** How long the sagas of a worker that died wait for it before another worker takes them over. */
const STICKY_TIMEOUT: Duration = '5 seconds';

export const createSagaWorker = ({
  taskQueue = TASK_QUEUE,
  ...options
}: SagaWorkerOptions): Promise<Worker> =>
  Worker.create({
    ...options,
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
