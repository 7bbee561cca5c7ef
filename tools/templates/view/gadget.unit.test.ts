import { projectionSpec, type Fact } from '@bankside/projections/testing';
import { gadget } from './gadget';

const given = projectionSpec(gadget);
const placed: Fact = {
  type: 'orders.order-placed.v1',
  data: {
    orderId: 'o1',
    customerId: 'ada',
    lines: [{ sku: 'cd-1', quantity: 2, unitPriceCents: 1499 }],
    totalCents: 2998,
    currency: 'EUR',
    payWith: { account: '1000000017' },
  },
};

describe('the view gadget', () => {
  it('counts the orders of a customer', () => given(placed, placed).see('ada', { orders: 2 }));
});
