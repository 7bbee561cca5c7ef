import express, { type Express, type Request, type RequestHandler, type Router } from 'express';
import { histogram } from '@bankside/metrics';
import type { Registry } from 'prom-client';

/** The route that handled a request, as it was declared. */
export const routeOf = ({ route, baseUrl }: Request): string =>
  route ? `${baseUrl}${String((route as { path: unknown }).path)}` : 'none';

/** Records the duration of each request by route. */
export const requestMetrics = (registry: Registry): RequestHandler => {
  const duration = histogram(registry, 'http_request_duration_seconds');
  return (req, res, next) => {
    const stop = duration.startTimer({ method: req.method });
    res.once('close', () => {
      stop({ route: routeOf(req), status: String(res.statusCode) });
    });
    next();
  };
};

/** `more`: metrics that the registry does not hold, in Prometheus' text format. */
export const metricsRoutes = (registry: Registry, more?: () => Promise<string>): Router => {
  const router = express.Router();
  router.get('/metrics', async (_req, res) => {
    const texts = await Promise.all([registry.metrics(), more?.() ?? '']);
    res.type(registry.contentType).send(texts.join('\n'));
  });
  return router;
};

/** Serves the metrics of this process and nothing else, for a port that the public cannot reach. */
export const metricsApp = (registry: Registry): Express =>
  express().disable('x-powered-by').use(metricsRoutes(registry));
