import { customerReplica, productReplica } from '@bankside/replicas';
import { closureRoutes, customerBlock, refusingBlockedCustomers } from '@bankside/customer-closure';
import { commandHandler, reject } from '@bankside/kernel';
import { streamRoutes, streamsOf, type ServiceDeps } from '@bankside/event-sourced';
import { orderRoutes } from './api/routes';
import { brokenRule, order } from './domain/order';
import { hasOpenOrder } from './messaging/open-orders';
import type { OrderTerms } from './use-cases';

/** The routes of the service. */
export const routes =
  (terms: OrderTerms) =>
  ({ store, now, pool, catchUp }: ServiceDeps) => {
    const orders = commandHandler(
      refusingBlockedCustomers(order, 'OrderPlaced', 'customer-not-active'),
      store,
    );
    const blocks = commandHandler(customerBlock, store);
    const isUnderWay = hasOpenOrder({ pool, catchUp });
    const replicas = {
      customers: customerReplica({ pool, catchUp }),
      products: productReplica({ pool, catchUp }),
    };
    return {
      '/orders': orderRoutes({ orders, ...replicas, terms, now }),
      '/closures': closureRoutes({
        service: 'orders',
        store,
        blocks,
        now,
        holdings: {
          // Orders end by themselves: a customer with one under way cannot leave.
          close: async ({ customerId }) =>
            (await isUnderWay(customerId)) ? reject('order-under-way') : undefined,
          reopen: async () => undefined,
        },
      }),
      ...streamRoutes(pool, { order: streamsOf(orders, brokenRule), block: streamsOf(blocks) }),
    };
  };
