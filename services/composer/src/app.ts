import {
  composer,
  CustomerNotFound,
  NotTheOwner,
  serviceSources,
  type CircuitBreakers,
  type Clock,
  type CustomerRef,
  type SectionCache,
} from '@bankside/composition';
import { customerId, mobileNumber } from '@bankside/contracts';
import { pathOf, type Invoke } from '@bankside/dapr';
import {
  ACTOR_HEADER,
  delegatedToken,
  DELEGATION_HEADER,
  notTheOwner,
  requireOwner,
  tellerOnly,
  type ActorVerifier,
  type AllowedCalls,
} from '@bankside/auth';
import { serviceApp, type FaultInjection, type Logger, type Metrics } from '@bankside/runtime';
<<<<<<< HEAD
import { defined } from '@bankside/std';
import { notFound, parseParams, parseQuery } from '@bankside/http';
=======
import { CONSISTENCY_TOKEN, notFound, parseParams, parseQuery } from '@bankside/http';
>>>>>>> 13ac5e5 (api: lists have the same members everywhere, cursors, and every created resource has a GET and a Location)
import { Router, type Request } from 'express';
import { z } from 'zod';

export type ComposerDeps = Readonly<{
  logger: Logger;
  metrics: Metrics;
  invoke: Invoke;
  actors?: ActorVerifier;
  /** The token of the service's own sidecar. */
  sidecarToken?: string | undefined;
  allowedCalls?: AllowedCalls | undefined;
  faults?: FaultInjection | undefined;
  clock: Clock;
  sectionCache: SectionCache;
  breakers: CircuitBreakers;
  ready: () => Promise<void>;
}>;

<<<<<<< HEAD
=======
/** Headers that are forwarded: owners see the same actor, and wait for the same changes. */
const FORWARDED = ['traceparent', ACTOR_HEADER, CONSISTENCY_TOKEN];

>>>>>>> 13ac5e5 (api: lists have the same members everywhere, cursors, and every created resource has a GET and a Location)
const byId = z.object({ customerId });
const byNumber = z.strictObject({ mobileNumber });

/** The trace of the request, and the token by which the called service knows the same actor. */
const headersFor = (req: Request, service: string): Record<string, string> =>
  defined({
    traceparent: req.get('traceparent'),
    [ACTOR_HEADER]: delegatedToken(req.get(DELEGATION_HEADER), service),
  });

const asProblem = (error: unknown): never => {
  if (error instanceof CustomerNotFound) throw notFound('such customer');
  if (error instanceof NotTheOwner) throw notTheOwner();
  throw error;
};

/** The routes of the service. No listen, no environment. */
export const createApp = ({
  logger,
  metrics,
  invoke,
  actors,
  sidecarToken,
  allowedCalls,
  faults,
  clock,
  sectionCache,
  breakers,
  ready,
}: ComposerDeps) => {
  const summaryFor = async (req: Request, holder: CustomerRef): Promise<object> => {
    const sources = serviceSources(
      (service, path, timeoutMs) =>
        invoke(service, 'GET', path, { headers: headersFor(req, service), timeoutMs }),
      pathOf,
    );
    const compose = composer(sources, {
      clock,
      cache: sectionCache,
      breakers,
      readsOwnWrites: CONSISTENCY_TOKEN in headers,
    });
    return { via: 'composer', ...(await compose(holder).catch(asProblem)) };
  };

  const summaries = Router();
  summaries.get('/', tellerOnly, async (req, res) => {
    res.json(await summaryFor(req, parseQuery(byNumber, req.query)));
  });
  summaries.get('/:customerId', async (req, res) => {
    const holder = parseParams(byId, req.params);
    requireOwner(req, holder.customerId);
    res.json(await summaryFor(req, holder));
  });
  return serviceApp({
    logger,
    metrics,
    ready,
    sidecarToken,
    allowedCalls,
    faults,
    ...(actors && { actors }),
    routes: { '/summaries': summaries },
  });
};
