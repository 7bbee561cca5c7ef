import type { Worker } from '@temporalio/worker';
import { gauge } from '@bankside/metrics';
import type { Registry } from 'prom-client';

type Observed = Readonly<{
  worker: () => Worker | undefined;
  /** How much in the attention register is open. */
  open: () => Promise<number>;
}>;

/** Exports how many tasks the worker is running, and how much needs a person. At the limits of its tasks, more workers are needed. */
export const observeWorker = (registry: Registry, { worker, open }: Observed): void => {
  gauge(registry, 'temporal_worker_tasks', (tasks) => {
    const status = worker()?.getStatus();
    if (status === undefined) return;
    tasks.set({ kind: 'workflow-task' }, status.numInFlightWorkflowActivations);
    tasks.set({ kind: 'activity' }, status.numInFlightActivities);
    tasks.set({ kind: 'cached-workflow' }, status.numCachedWorkflows);
  });
  gauge(registry, 'attention_open', async (attention) => attention.set(await open()));
};
