import { performance } from 'node:perf_hooks';
import { gauge } from '@bankside/metrics';
import { collectDefaultMetrics, Registry } from 'prom-client';

export type Metrics = Registry;

/** prom-client samples the delay of the event loop with a timer, which wakes an idle process. The longest interval disables it. */
const NO_SAMPLES_MS = 2 ** 31 - 1;

/** The Prometheus registry of one process, with Node's own metrics. */
export const createMetrics = (service: string): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: NO_SAMPLES_MS });
  for (const { name } of registry.getMetricsAsArray())
    if (name.startsWith('nodejs_eventloop_lag')) registry.removeSingleMetric(name);
  let last = performance.eventLoopUtilization();
  gauge(registry, 'event_loop_utilization', (busy) => {
    const now = performance.eventLoopUtilization();
    busy.set(performance.eventLoopUtilization(now, last).utilization);
    last = now;
  });
  return registry;
};
