import { streamRoutes, streamsOf, type ServiceDeps } from '@bankside/event-sourced';
import { commandHandler } from '@bankside/kernel';
import { gadgetRoutes } from './api/routes';
import { gadget } from './domain/gadget';

/** The routes of the service, by path. */
export const routes = ({ store, now, pool }: Pick<ServiceDeps, 'store' | 'now' | 'pool'>) => {
  const handler = commandHandler(gadget, store);
  return {
    '/gadgets': gadgetRoutes({ handler, now }),
    ...streamRoutes(pool, { gadget: streamsOf(handler) }),
  };
};
