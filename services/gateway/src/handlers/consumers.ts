import { servicesWithConsumers } from '@bankside/contracts';
import type { consumerOperations, ConsumersResponse } from '@bankside/contracts/http';
import { isOutage } from '@bankside/std';
import type { RequestContext } from '../request-context';
import type { Handlers } from '../router';
import { ok, type Upstream } from '../upstream';

type Service = (typeof servicesWithConsumers)[number];

/** The consumers of one service; `unavailable` if it does not respond. */
const consumersOf = async ({ get }: Upstream, service: Service, call: RequestContext) => {
  const unavailable = { service, status: 'unavailable', consumers: [] } as const;
  try {
    const { status, body } = await get(service, 'consumers', call);
    if (status !== 200) return unavailable;
    return { service, status: 'ok', consumers: (body as ConsumersResponse).consumers } as const;
  } catch (error) {
    if (isOutage(error)) return unavailable;
    throw error;
  }
};

export const consumerHandlers = (upstream: Upstream): Pick<Handlers, keyof typeof consumerOperations> => ({
  listConsumers: async ({ query, ...call }) => {
    const services = query.service === undefined ? servicesWithConsumers : [query.service];
    return ok({ services: await Promise.all(services.map((name) => consumersOf(upstream, name, call))) });
  },
});
