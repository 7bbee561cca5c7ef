import {
  composer,
  CustomerNotFound,
  NotTheOwner,
  SECTION_SERVICES,
  serviceSources,
  type CircuitBreakers,
  type Clock,
  type CustomerRef,
  type SectionCache,
} from '@bankside/composition';
import type { Via } from '@bankside/contracts/http';
import { pathOf } from '@bankside/dapr';
import { CONSISTENCY_TOKEN, notFound } from '@bankside/http';
import { delegation, DELEGATION_HEADER, notTheOwner, type SignActor } from '@bankside/auth';
import { type InvokeAs, ok, type ApiResponse, type Upstream } from '../upstream';
import type { RequestContext } from '../request-context';
import type { Handlers } from '../router';
import type { ViewLag } from '../view-lag';
import { withQuery } from '../with-query';

type SummaryDeps = Readonly<{
  lag: ViewLag;
  services: Upstream;
  actingAs: InvokeAs;
  sign: SignActor;
  clock: Clock;
  cache: SectionCache;
  breakers: CircuitBreakers;
}>;

const asProblem = (error: unknown): never => {
  if (error instanceof CustomerNotFound) throw notFound('such customer');
  if (error instanceof NotTheOwner) throw notTheOwner();
  throw error;
};

const VIEW = 'customer-profile';
/** The owner of each section. */
const SOURCES = {
  person: 'customers',
  accounts: 'accounts',
  cards: 'cards',
  loans: 'loans',
  orders: 'orders',
} as const;
type Profile = Readonly<Record<keyof typeof SOURCES, unknown>>;

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/** The profile, or the only one of a list. */
const profileIn = (body: unknown): Profile => {
  if (typeof body !== 'object' || body === null || !('profiles' in body)) return body as Profile;
  const [profile] = body.profiles as readonly Profile[];
  if (profile === undefined) throw notFound('such customer');
  return profile;
};

/** The sections of a profile. The age of each is the lag of the view behind the section's owner. */
const sectionsOf = (
  profile: Profile,
  { lag, startedAt, tookMs }: Readonly<{ lag: ReturnType<ViewLag>; startedAt: number; tookMs: number }>,
) =>
  Object.fromEntries(
    Object.entries(SOURCES).map(([section, source]) => {
      const { state, seconds } = lag?.get(source) ?? { state: 'unknown', seconds: 0 };
      const known = state === 'current' || state === 'unknown' ? 0 : seconds;
      return [
        section,
        {
          status: state === 'behind' || state === 'stuck' ? 'stale' : 'ok',
          tookMs,
          ...(state !== 'unknown' && { asOf: new Date(startedAt - known * 1_000).toISOString() }),
          data: profile[section as keyof Profile],
        },
      ];
    }),
  );

/** The summary in three ways, whose latencies can be compared: from the view, composed here, or composed by a service. */
export const summaryHandlers = (deps: SummaryDeps): Pick<Handlers, 'getSummary' | 'findSummary'> => {
  const { services, actingAs, sign, clock, cache, breakers, lag } = deps;

  const composed = async (holder: CustomerRef, { actor, headers }: RequestContext): Promise<ApiResponse> => {
    const sources = serviceSources(
      (service, path, timeoutMs) => actingAs(actor)(service, 'GET', path, { headers, timeoutMs }),
      pathOf,
    );
    const compose = composer(sources, {
      clock,
      cache,
      breakers,
      readsOwnWrites: CONSISTENCY_TOKEN.toLowerCase() in headers,
    });
    return ok({ via: 'gateway', ...(await compose(holder).catch(asProblem)) });
  };

  const byComposer = async (holder: CustomerRef, call: RequestContext): Promise<ApiResponse> => {
    const path =
      'customerId' in holder ? pathOf('summaries', holder.customerId) : withQuery('summaries', holder);
    const tokens = await delegation(sign, call.actor, SECTION_SERVICES);
    return services.get('composer', path, {
      ...call,
      headers: { ...call.headers, [DELEGATION_HEADER]: tokens },
    });
  };

  const fromView = async (holder: CustomerRef, call: RequestContext): Promise<ApiResponse> => {
    const startedAt = clock.now();
    const path = 'customerId' in holder ? pathOf(VIEW, holder.customerId) : withQuery(VIEW, holder);
    const response = await services.get('projection', path, call);
    if (response.status !== 200) return response;
    const profile = profileIn(response.body);
    const sections = sectionsOf(profile, { lag: lag(), startedAt, tookMs: tenths(clock.now() - startedAt) });
    return ok({ via: 'view', tookMs: tenths(clock.now() - startedAt), ...sections });
  };

  const ways: Readonly<Record<Via, (holder: CustomerRef, call: RequestContext) => Promise<ApiResponse>>> = {
    gateway: composed,
    composer: byComposer,
    view: fromView,
  };

  return {
    getSummary: ({ params, query, ...call }) => ways[query.via](params, call),
    findSummary: ({ query: { via, ...holder }, ...call }) => ways[via](holder, call),
  };
};
