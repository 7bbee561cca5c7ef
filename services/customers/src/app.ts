import { commandHandler } from '@bankside/kernel';
import { streamRoutes, streamsOf, type ServiceDeps } from '@bankside/event-sourced';
import { customerRoutes } from './api/routes';
import { customer } from './domain/customer';

/** The routes of the service. */
export const routes = ({ store, now, pool }: Pick<ServiceDeps, 'store' | 'now' | 'pool'>) => {
  const customers = commandHandler(customer, store);
  return {
    '/customers': customerRoutes({ customers, store, now }),
    ...streamRoutes(pool, { customer: streamsOf(customers) }),
  };
};
