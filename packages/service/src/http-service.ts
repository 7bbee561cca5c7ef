import express, { type Express, type Request, type RequestHandler, type Router } from 'express';
import { knowActor, onlyFrom, sidecarOnly, type ActorVerifier, type Callers } from './auth';
import { boundedBody } from './bounded-body';
import { fingerprintKey } from './command-request';
import { problemHandler } from './errors';
import type { FaultSwitches } from './faults';
import { requestLog, type Logger } from './logging';
import type { Metrics } from './metrics';
import { notFound, Problem } from './problem';
import { noteLength, wholeBody } from './whole-body';

/** Bodies of requests; no request of ours comes near it. */
const MAX_BODY = 65_536;

export type HttpServiceOptions = Readonly<{
  logger: Logger;
  metrics: Metrics;
  /** Whether metrics are shown elsewhere, by `metricsService`, because everybody can reach this port. */
  metricsApart?: boolean;
  /** Routers by path. */
  routes: Readonly<Record<string, Router>>;
  /** Routers that read their body by themselves, such as event deliveries. */
  unparsed?: readonly Router[];
  /** Reads who asks from what the gateway says. Without it nobody is known, and everybody may ask. */
  actors?: ActorVerifier;
  /** The token of the service's own sidecar, without which nobody may call. */
  sidecarToken?: string | undefined;
  /** The services that may call through it. */
  callers?: Callers | undefined;
  /** Keys the digests of requests that are kept. */
  fingerprintKey?: string | undefined;
  /** Makes it go wrong on purpose. */
  faults?: FaultSwitches | undefined;
  /** Resolves when the service can do its work; rejects with what is missing. */
  ready: () => Promise<void>;
}>;

/** A sidecar that is slow to see that a request has no body sends an empty one in chunks, without a type. */
const hasBody = (req: Request): boolean =>
  Number(req.get('content-length') ?? 0) > 0 ||
  (req.get('transfer-encoding') !== undefined && req.get('content-type') !== undefined);

const onlyJson: RequestHandler = (req, _res, next) => {
  if (hasBody(req) && !req.is('application/json'))
    throw new Problem({
      name: 'unsupported-media-type',
      status: 415,
      detail: 'Send the body as application/json.',
    });
  next();
};

const metricsRoutes = ({ registry }: Metrics): Router => {
  const router = express.Router();
  router.get('/metrics', async (_req, res) => {
    res.type(registry.contentType).send(await registry.metrics());
  });
  return router;
};

/** Shows the metrics of this process, and nothing else. */
export const metricsService = (metrics: Metrics): Express =>
  express().disable('x-powered-by').use(metricsRoutes(metrics));

const probes = ({ ready, metrics, metricsApart }: HttpServiceOptions): Router => {
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
  if (!metricsApart) router.use(metricsRoutes(metrics));
  return router;
};

/** The shell of every service: probes, metrics, request log, JSON limits, its routes, and problem+json for all else. */
export const httpService = (options: HttpServiceOptions): Express => {
  const app = express();
  app.disable('x-powered-by').set('query parser', 'simple');
  app.use(probes(options));
  app.use(options.metrics.observe, requestLog(options.logger));
  if (options.sidecarToken !== undefined) app.use(sidecarOnly(options.sidecarToken));
  if (options.callers !== undefined) app.use(onlyFrom(options.callers));
  if (options.fingerprintKey !== undefined) app.use(fingerprintKey(options.fingerprintKey));
  if (options.faults !== undefined) app.use(options.faults.requests);
  for (const router of options.unparsed ?? []) app.use(router);
  if (options.actors) app.use(knowActor(options.actors));
  app.use(onlyJson, boundedBody(MAX_BODY));
  app.use(express.json({ limit: MAX_BODY, strict: true, verify: noteLength }), wholeBody);
  if (options.faults !== undefined) app.use('/faults', options.faults.routes);
  for (const [path, router] of Object.entries(options.routes)) app.use(path, router);
  app.use((req) => {
    throw notFound(`route ${req.method} ${req.path}`);
  });
  app.use(problemHandler(options.logger));
  return app;
};
