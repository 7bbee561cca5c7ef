import { commandHandler } from '@bankside/kernel';
import { streamRoutes, type ServiceDeps } from '@bankside/service';
import { customerRoutes } from './api/routes';
import { customer } from './domain/customer';

/** The routes of the service. No listen, no environment. */
export const routes = ({ store, now }: Pick<ServiceDeps, 'store' | 'now'>) => {
  const customers = commandHandler(customer, store);
  return {
    '/customers': customerRoutes({ customers, store, now }),
    '/streams': streamRoutes({ customer: customers }),
  };
};
