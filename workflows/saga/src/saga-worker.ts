import type { Duration } from '@temporalio/common';
import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { TASK_QUEUE } from './start';

export type SagaWorkerOptions = Readonly<{
  connection: NativeConnection;
  namespace: string;
  workflowBundle: WorkflowBundleOption;
  activities: object;
  taskQueue?: string;
  /** As what it shows in Temporal. */
  identity?: string;
}>;

/** Activities are calls over HTTP that mostly wait. */
const ACTIVITIES_AT_ONCE = 200;
const WORKFLOW_TASKS_AT_ONCE = 80;
const POLLS = 20;
/** Stages of a saga that start in this process without a detour by the server's task queue: those of an order's lines. */
const EAGER_ACTIVITIES = 10;
/** Sagas kept in memory between their steps, at some 50 kB each. With more under way, each step replays a history first. */
const CACHED_WORKFLOWS = 1_000;

/** How long the sagas of a worker that died wait for it before another one takes them. */
const STICKY: Duration = '5 seconds';

export const createSagaWorker = ({
  taskQueue = TASK_QUEUE,
  ...options
}: SagaWorkerOptions): Promise<Worker> =>
  Worker.create({
    ...options,
    taskQueue,
    maxConcurrentActivityTaskExecutions: ACTIVITIES_AT_ONCE,
    maxConcurrentWorkflowTaskExecutions: WORKFLOW_TASKS_AT_ONCE,
    maxConcurrentWorkflowTaskPolls: POLLS,
    maxConcurrentActivityTaskPolls: POLLS,
    maxEagerActivityReservationsPerWorkflowTask: EAGER_ACTIVITIES,
    maxCachedWorkflows: CACHED_WORKFLOWS,
    stickyQueueScheduleToStartTimeout: STICKY,
    shutdownGraceTime: '10 seconds',
  });
