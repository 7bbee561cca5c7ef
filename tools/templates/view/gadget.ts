import { defineProjection } from '@bankside/projections';

/** How many orders a customer has placed. */
export type Gadget = Readonly<{ customerId: string; orders: number }>;

export const gadget = defineProjection<Gadget>({
  name: 'gadget',
  collectionName: 'gadget',
  version: 1,
  store: 'postgres',
  sources: ['orders'],
  keyOf: ({ data }) => data.customerId,
  initial: (customerId) => ({ customerId, orders: 0 }),
  apply: {
    'orders.order-placed.v1': (document) => ({ ...document, orders: document.orders + 1 }),
  },
});
