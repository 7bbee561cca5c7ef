import { servicesWithConsumers } from '@bankside/contracts';
import type {
  consumerOperations,
  ConsumersResponse,
  DeadLettersResponse,
  WitnessedHeadsResponse,
} from '@bankside/contracts/http';
import { notFound } from '@bankside/http';
import { isOutage } from '@bankside/std';
import type { RequestContext } from '../request-context';
import type { Handlers } from '../router';
import { ok, type ApiResponse, type Upstream } from '../upstream';
import { withQuery } from '../with-query';

type Service = (typeof servicesWithConsumers)[number];
type FromService = Readonly<{ service: Service; response: ApiResponse | undefined }>;

/** Reads the same path from several services. `response` is undefined if the service does not respond. */
const readAll = (
  { get }: Upstream,
  only: Service | undefined,
  path: string,
  call: RequestContext,
): Promise<readonly FromService[]> =>
  Promise.all(
    (only === undefined ? servicesWithConsumers : [only]).map(async (service) => {
      try {
        return { service, response: await get(service, path, call) };
      } catch (error) {
        if (isOutage(error)) return { service, response: undefined };
        throw error;
      }
    }),
  );

const isOk = (response: ApiResponse | undefined): response is ApiResponse => response?.status === 200;

const consumersOf = ({ service, response }: FromService) =>
  isOk(response)
    ? ({ service, status: 'ok', ...(response.body as ConsumersResponse) } as const)
    : ({ service, status: 'unavailable', consumers: [] } as const);

const deadLettersOf = ({ service, response }: FromService) =>
  isOk(response)
    ? ({ service, status: 'ok', ...(response.body as DeadLettersResponse) } as const)
    : ({ service, status: 'unavailable', deadLetters: [] } as const);

const headsOf = ({ service, response }: FromService) =>
  isOk(response)
    ? ({ service, status: 'ok', ...(response.body as WitnessedHeadsResponse) } as const)
    : ({ service, status: 'unavailable', heads: [] } as const);

type Ids = keyof typeof consumerOperations | 'listWitnessedHeads';

export const consumerHandlers = (upstream: Upstream): Pick<Handlers, Ids> => ({
  listWitnessedHeads: async (call) => {
    const read = await readAll(upstream, undefined, 'witnessed-heads', call);
    return ok({ services: read.map(headsOf) });
  },
  listConsumers: async ({ query, ...call }) => {
    const read = await readAll(upstream, query.service, 'consumers', call);
    return ok({ services: read.map(consumersOf) });
  },
  listDeadLetters: async ({ query: { service, ...query }, ...call }) => {
    const read = await readAll(upstream, service, withQuery('dead-letters', query), call);
    const found = read.filter(({ response }) => response?.status !== 404);
    if (found.length === 0) throw notFound(`consumer ${query.consumer}`);
    return ok({ services: found.map(deadLettersOf) });
  },
  replayDeadLetters: ({ body: { service, ...body }, ...call }) =>
    upstream.change('POST', service, 'dead-letters/replay', { ...call, body }),
  discardDeadLetters: ({ body: { service, ...body }, ...call }) =>
    upstream.change('POST', service, 'dead-letters/discard', { ...call, body }),
});
