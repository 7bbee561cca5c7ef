import { customerReplica, productReplica } from '@bankside/replicas';
import { commandHandler } from '@bankside/kernel';
import { auditor, auditRoutes, streamRoutes, type ServiceDeps } from '@bankside/event-sourced';
import { orderRoutes } from './api/routes';
import { order } from './domain/order';

/** The routes of the service. */
export const routes = ({ store, now, pool, catchUp }: ServiceDeps) => {
  const orders = commandHandler(order, store);
  const copies = {
    customers: customerReplica({ pool, catchUp }),
    products: productReplica({ pool, catchUp }),
  };
  return {
    '/orders': orderRoutes({ orders, ...copies, now }),
    '/streams': streamRoutes({ order: orders }),
    '/audit': auditRoutes(pool, { order: auditor(orders) }),
  };
};
