import express, { type Express, type Request, type RequestHandler, type Router } from 'express';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { problemHandler } from './problem-handler';
import { notFound, Problem } from './problem';
import { requestLog } from './request-log';
import { metricsRoutes, requestMetrics } from './request-metrics';
import { requestSpans } from './request-spans';
import {
  limitBody,
  recordBodyLength,
  requireCompleteBody,
  requireUtf8Charset,
  strictJson,
} from './request-body';

/** Largest request body in bytes; no request of this API comes near it. */
const MAX_BODY = 65_536;

export type HttpAppOptions = Readonly<{
  logger: Logger;
  metrics: Registry;
  /** `false` where the public can reach this port; `metricsApp` then serves the metrics on another one. Default: true. */
  exposeMetrics?: boolean;
  /** Whether requests come from outside. Their `traceparent` then does not decide whether they are recorded. Default: false. */
  isEdge?: boolean;
  /** Metrics that the registry does not hold, in Prometheus' text format. */
  moreMetrics?: () => Promise<string>;
  /** Run before the guards, for every request but those of the probes. */
  observers?: readonly RequestHandler[];
  /** Run before everything but the probes, in this order. */
  guards?: readonly RequestHandler[];
  /** Routers that read their body themselves, such as event deliveries. */
  rawBodyRouters?: readonly Router[];
  /** Establishes who the request is made for. Runs before the body is parsed. */
  authenticate?: RequestHandler | undefined;
  /** Routers by path. */
  routes: Readonly<Record<string, Router>>;
  /** Resolves when the process can do its work; rejects with what is missing. */
  ready: () => Promise<void>;
}>;

/** A sidecar that is slow to see that a request has no body sends an empty chunked one, without a type. */
const hasBody = (req: Request): boolean =>
  Number(req.get('content-length') ?? 0) > 0 ||
  (req.get('transfer-encoding') !== undefined && req.get('content-type') !== undefined);

const onlyJson: RequestHandler = (req, _res, next) => {
  if (hasBody(req) && !req.is('application/json'))
    throw new Problem({
      name: 'unsupported-media-type',
      detail: 'Send the body as application/json.',
    });
  requireUtf8Charset(req);
  next();
};

const probes = (ready: () => Promise<void>): Router => {
  const router = express.Router();
  router.get('/healthz', (_req, res) => void res.json({ status: 'alive' }));
  router.get('/readyz', async (_req, res) => {
    const missing = await ready().then(
      () => undefined,
      (error: Error) => error.message,
    );
    res
      .status(missing === undefined ? 200 : 503)
      .json(missing === undefined ? { status: 'ready' } : { status: 'not-ready', missing });
  });
  return router;
};

/** An express app with probes, metrics, request log, JSON bodies with a limit, the routes, and problem+json for all errors. */
export const httpApp = (options: HttpAppOptions): Express => {
  const {
    logger,
    metrics,
    exposeMetrics = true,
    isEdge = false,
    observers = [],
    guards = [],
    rawBodyRouters: unparsed = [],
    authenticate,
  } = options;
  const app = express();
  app.disable('x-powered-by').set('query parser', 'simple');
  app.use(probes(options.ready));
  if (exposeMetrics) app.use(metricsRoutes(metrics, options.moreMetrics));
  app.use(requestMetrics(metrics), requestSpans(isEdge), requestLog(logger), ...observers, ...guards);
  for (const router of unparsed) app.use(router);
  if (authenticate !== undefined) app.use(authenticate);
  app.use(onlyJson, limitBody(MAX_BODY));
  const bytes = express.raw({ type: 'application/json', limit: MAX_BODY, verify: recordBodyLength });
  app.use(bytes, requireCompleteBody, strictJson);
  for (const [path, router] of Object.entries(options.routes)) app.use(path, router);
  app.use((req) => {
    throw notFound(`route ${req.method} ${req.path}`);
  });
  app.use(problemHandler(logger));
  return app;
};
