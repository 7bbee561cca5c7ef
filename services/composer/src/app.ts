import {
  composer,
  NoSuchCustomer,
  NotTheirs,
  serviceSources,
  type Breakers,
  type Clock,
  type Holder,
  type LastKnown,
} from '@bankside/composition';
import { customerId, mobileNumber } from '@bankside/contracts';
import { pathOf, type Invoke } from '@bankside/dapr';
import {
  ACTOR_HEADER,
  httpService,
  notFound,
  notTheOwner,
  parseParams,
  parseQuery,
  requireOwner,
  staffOnly,
  type ActorVerifier,
  type Callers,
  type FaultSwitches,
  type Logger,
  type Metrics,
} from '@bankside/service';
import { Router, type Request } from 'express';
import { z } from 'zod';

export type ComposerDeps = Readonly<{
  logger: Logger;
  metrics: Metrics;
  invoke: Invoke;
  actors?: ActorVerifier;
  /** The token of the service's own sidecar. */
  sidecarToken?: string | undefined;
  callers?: Callers | undefined;
  faults?: FaultSwitches | undefined;
  clock: Clock;
  memory: LastKnown;
  breakers: Breakers;
  ready: () => Promise<void>;
}>;

/** What goes along to the services that are asked: the one who asks is the same. */
const PASSED_ON = ['traceparent', ACTOR_HEADER];

const byId = z.object({ customerId });
const byNumber = z.strictObject({ mobileNumber });

const headersOf = (req: Request): Record<string, string> =>
  Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = req.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );

const asProblem = (error: unknown): never => {
  if (error instanceof NoSuchCustomer) throw notFound('such customer');
  if (error instanceof NotTheirs) throw notTheOwner();
  throw error;
};

/** The routes of the service. No listen, no environment. */
export const createApp = ({
  logger,
  metrics,
  invoke,
  actors,
  sidecarToken,
  callers,
  faults,
  clock,
  memory,
  breakers,
  ready,
}: ComposerDeps) => {
  const summaryFor = async (req: Request, holder: Holder): Promise<object> => {
    const headers = headersOf(req);
    const sources = serviceSources(
      (service, path, timeoutMs) => invoke(service, 'GET', path, { headers, timeoutMs }),
      pathOf,
    );
    const compose = composer(sources, { clock, memory, breakers });
    return { via: 'composer', ...(await compose(holder).catch(asProblem)) };
  };

  const summaries = Router();
  summaries.get('/', staffOnly, async (req, res) => {
    res.json(await summaryFor(req, parseQuery(byNumber, req.query)));
  });
  summaries.get('/:customerId', async (req, res) => {
    const holder = parseParams(byId, req.params);
    requireOwner(req, holder.customerId);
    res.json(await summaryFor(req, holder));
  });
  return httpService({
    logger,
    metrics,
    ready,
    sidecarToken,
    callers,
    faults,
    ...(actors && { actors }),
    routes: { '/summaries': summaries },
  });
};
