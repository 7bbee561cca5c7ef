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
import { causalHeaders, defined } from '@bankside/std';
import { causalContextOf, CONSISTENCY_TOKEN, notFound, parseParams, parseQuery } from '@bankside/http';
import { Router, type Request } from 'express';
import * as z from 'zod';

type ComposerDeps = Readonly<{
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

const byId = z.object({ customerId });
const byNumber = z.strictObject({ mobileNumber });

/** The causal context and consistency token of the request, and the token by which the called service knows the same actor. */
const headersFor = (req: Request, service: string): Record<string, string> =>
  defined({
    ...causalHeaders(causalContextOf(req)),
    [CONSISTENCY_TOKEN]: req.get(CONSISTENCY_TOKEN),
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
      readsOwnWrites: req.get(CONSISTENCY_TOKEN) !== undefined,
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
