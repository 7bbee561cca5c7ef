import {
  circuitBreakers,
  composer,
  sectionCache,
  CustomerNotFound,
  NotTheOwner,
  publicSources,
  systemClock,
} from '@bankside/composition';
import type { Summary } from './api-types';
import type { Api } from './api';
import { ApiProblem } from './problem';

export const ways = ['view', 'gateway', 'composer', 'client'] as const;
/** Where a summary is composed; `client` is this browser. */
export type Way = (typeof ways)[number];

export const wayNames: Readonly<Record<Way, string>> = {
  view: 'View',
  gateway: 'Gateway',
  composer: 'Composer',
  client: 'This browser',
};

/** Number and lifetime of cached sections, shown while their owner is unavailable. */
const cache = sectionCache(200, 300_000);
const breakers = circuitBreakers();

const rejection = (name: string, status: number, detail: string): ApiProblem =>
  new ApiProblem({ type: `/problems/${name}`, title: detail, status, detail });

const asProblem = (error: unknown): never => {
  if (error instanceof CustomerNotFound || error instanceof NotTheOwner)
    throw rejection('not-found', 404, 'This customer does not exist.');
  throw error;
};

/** The composer of the gateway and of `composer`, here in the browser, on top of the public API. */
const composeHere = async (api: Api, customerId: string): Promise<Summary> => {
  const compose = composer(publicSources(api.ask), { clock: systemClock, cache, breakers });
  return { via: 'client', ...(await compose({ customerId }).catch(asProblem)) };
};

/** Composes the summary of a customer. @throws ApiProblem */
export const summaryBy = (api: Api, way: Way, customerId: string): Promise<Summary> =>
  way === 'client'
    ? composeHere(api, customerId)
    : api.get<Summary>(`/api/customers/${encodeURIComponent(customerId)}/summary?via=${way}`);

export const sectionNames = ['person', 'accounts', 'cards', 'loans', 'orders'] as const;
export type SectionName = (typeof sectionNames)[number];
