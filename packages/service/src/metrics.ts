import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export type Metrics = Readonly<{ registry: Registry; observe: RequestHandler }>;

/** How often it is looked whether the event loop is late: each look wakes the process. */
const EVENT_LOOP_PRECISION_MS = 100;

/** Prometheus metrics of one process: Node's own, and the duration of each request by route. */
export const createMetrics = (service: string): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  return {
    registry,
    observe: (req, res, next) => {
      const stop = duration.startTimer({ method: req.method });
      res.once('close', () => {
        const route = req.route ? `${req.baseUrl}${String((req.route as { path: unknown }).path)}` : 'none';
        stop({ route, status: String(res.statusCode) });
      });
      next();
    },
  };
};
