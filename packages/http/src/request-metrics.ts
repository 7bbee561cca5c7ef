import express, { type Express, type Request, type RequestHandler, type Router } from 'express';
import { Histogram, type Registry } from 'prom-client';

/** The route that handled a request, as it was declared. */
export const routeOf = ({ route, baseUrl }: Request): string =>
  route ? `${baseUrl}${String((route as { path: unknown }).path)}` : 'none';

/** Records the duration of each request by route. */
export const requestMetrics = (registry: Registry): RequestHandler => {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  return (req, res, next) => {
    const stop = duration.startTimer({ method: req.method });
    res.once('close', () => {
      stop({ route: routeOf(req), status: String(res.statusCode) });
    });
    next();
  };
};

export const metricsRoutes = (registry: Registry): Router => {
  const router = express.Router();
  router.get('/metrics', async (_req, res) => {
    res.type(registry.contentType).send(await registry.metrics());
  });
  return router;
};

/** Serves the metrics of this process and nothing else, for a port that the public cannot reach. */
export const metricsApp = (registry: Registry): Express =>
  express().disable('x-powered-by').use(metricsRoutes(registry));
