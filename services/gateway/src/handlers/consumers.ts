import { servicesWithConsumers } from '@bankside/contracts';
import type {
  consumerOperations,
  ConsumersResponse,
  DeadLettersResponse,
  WitnessedHeadsResponse,
} from '@bankside/contracts/http';
import { notFound } from '@bankside/http';
import { readFromAll, type FromService } from '../read-services';
import type { RequestContext } from '../request-context';
import type { Handlers } from '../router';
import { ok, type Upstream } from '../upstream';
import { withQuery } from '../with-query';

type Service = (typeof servicesWithConsumers)[number];
type Here = FromService<Service>;

const readFrom = (upstream: Upstream, only: Service | undefined, path: string, call: RequestContext) =>
  readFromAll(upstream, only === undefined ? servicesWithConsumers : [only], path, call);

/** The part of a service in a response: `none` if the service does not respond. */
const partOf =
  <T extends object>(none: T) =>
  ({ service, response }: Here) =>
    response?.status === 200
      ? ({ service, status: 'ok', ...(response.body as T) } as const)
      : ({ service, status: 'unavailable', ...none } as const);

const consumersOf = partOf<ConsumersResponse>({ consumers: [] });
const deadLettersOf = partOf<DeadLettersResponse>({ deadLetters: [] });
const headsOf = partOf<WitnessedHeadsResponse>({ heads: [] });

type Ids = keyof typeof consumerOperations | 'listWitnessedHeads';

export const consumerHandlers = (upstream: Upstream): Pick<Handlers, Ids> => ({
  listWitnessedHeads: async (call) => {
    const read = await readFrom(upstream, undefined, 'witnessed-heads', call);
    return ok({ services: read.map(headsOf) });
  },
  listConsumers: async ({ query, ...call }) => {
    const read = await readFrom(upstream, query.service, 'consumers', call);
    return ok({ services: read.map(consumersOf) });
  },
  listDeadLetters: async ({ query: { service, ...query }, ...call }) => {
    const read = await readFrom(upstream, service, withQuery('dead-letters', query), call);
    const found = read.filter(({ response }) => response?.status !== 404);
    if (found.length === 0) throw notFound(`consumer ${query.consumer}`);
    return ok({ services: found.map(deadLettersOf) });
  },
  replayDeadLetters: ({ body: { service, ...body }, ...call }) =>
    upstream.change('POST', service, 'dead-letters/replay', { ...call, body }),
  discardDeadLetters: ({ body: { service, ...body }, ...call }) =>
    upstream.change('POST', service, 'dead-letters/discard', { ...call, body }),
});
