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
import type { Via } from '@bankside/contracts/http';
import { pathOf, type Invoke } from '@bankside/dapr';
import { notFound, notTheOwner } from '@bankside/service';
import type { Call } from '../call';
import type { Handlers } from '../router';
import { ok, type Answer, type Upstream } from '../upstream';
import { withQuery } from '../with-query';

export type SummaryDeps = Readonly<{
  services: Upstream;
  invoke: Invoke;
  clock: Clock;
  memory: LastKnown;
  breakers: Breakers;
}>;

const asProblem = (error: unknown): never => {
  if (error instanceof NoSuchCustomer) throw notFound('such customer');
  if (error instanceof NotTheirs) throw notTheOwner();
  throw error;
};

/** One summary, three ways to come by it: what it costs to put it together when it is asked for can be compared. */
export const summaryHandlers = (deps: SummaryDeps): Pick<Handlers, 'getSummary' | 'findSummary'> => {
  const { services, invoke, clock, memory, breakers } = deps;

  const composed = async (holder: Holder, { headers }: Call): Promise<Answer> => {
    const sources = serviceSources(
      (service, path, timeoutMs) => invoke(service, 'GET', path, { headers, timeoutMs }),
      pathOf,
    );
    const compose = composer(sources, { clock, memory, breakers });
    return ok({ via: 'gateway', ...(await compose(holder).catch(asProblem)) });
  };

  const byComposer = (holder: Holder, call: Call): Promise<Answer> => {
    const path =
      'customerId' in holder ? pathOf('summaries', holder.customerId) : withQuery('summaries', holder);
    return services.get('composer', path, call);
  };

  const ways: Readonly<Record<Via, (holder: Holder, call: Call) => Promise<Answer>>> = {
    gateway: composed,
    composer: byComposer,
    view: composed,
  };

  return {
    getSummary: ({ params, query, ...call }) => ways[query.via](params, call),
    findSummary: ({ query: { via, ...holder }, ...call }) => ways[via](holder, call),
  };
};
