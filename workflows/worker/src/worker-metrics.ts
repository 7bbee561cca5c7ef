import type { Worker } from '@temporalio/worker';
import { Gauge, type Registry } from 'prom-client';

/** Exports how many tasks the worker is running. At its limits, more workers are needed. */
export const observeWorker = (registry: Registry, worker: () => Worker | undefined): void => {
  new Gauge({
    name: 'temporal_worker_tasks',
    help: 'Running tasks and cached workflows, by kind',
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
