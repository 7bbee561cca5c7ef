import type { Worker } from '@temporalio/worker';
import { Gauge, type Registry } from 'prom-client';

/** What the worker has in its hands. At its limits, more workers are needed. */
export const watchWorker = (registry: Registry, worker: () => Worker | undefined): void => {
  new Gauge({
    name: 'temporal_worker_tasks',
    help: 'Tasks under way and workflows in the cache, by kind',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      const status = worker()?.getStatus();
      if (status === undefined) return;
      this.set({ kind: 'workflow-task' }, status.numInFlightWorkflowActivations);
      this.set({ kind: 'activity' }, status.numInFlightActivities);
      this.set({ kind: 'cached-workflow' }, status.numCachedWorkflows);
    },
  });
};
