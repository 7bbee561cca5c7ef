import { collectDefaultMetrics, Registry } from 'prom-client';

export type Metrics = Registry;

/** How often the delay of the event loop is sampled; each sample wakes the process. */
const EVENT_LOOP_PRECISION_MS = 100;

/** The Prometheus registry of one process, with Node's own metrics. */
export const createMetrics = (service: string): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  return registry;
};
