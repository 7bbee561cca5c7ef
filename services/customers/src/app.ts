import { commandHandler } from '@bankside/kernel';
import { auditor, auditRoutes, streamRoutes, type ServiceDeps } from '@bankside/event-sourced';
import { customerRoutes } from './api/routes';
import { customer } from './domain/customer';

/** The routes of the service. */
export const routes = ({ store, now, pool }: Pick<ServiceDeps, 'store' | 'now' | 'pool'>) => {
  const customers = commandHandler(customer, store);
  return {
    '/customers': customerRoutes({ customers, store, now }),
    '/streams': streamRoutes({ customer: customers }),
    '/audit': auditRoutes(pool, { customer: auditor(customers) }),
  };
};
