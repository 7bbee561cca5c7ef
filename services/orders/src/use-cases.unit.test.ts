import { commandHandler, memoryStore } from '@bankside/kernel';
import type { ReplicatedCustomer, ReplicatedProduct } from '@bankside/replicas';
import { order } from './domain/order';
import { orderUseCases } from './use-cases';

const ada: ReplicatedCustomer = {
  customerId: 'ada',
  active: true,
  name: 'Ada Lovelace',
  mobileNumber: '+40712345678',
  lastNumberChange: null,
};
const record: ReplicatedProduct = {
  sku: 'cd-1',
  title: 'Kind of Blue',
  unitPriceCents: 1_499,
  currency: 'EUR',
};
const dollars: ReplicatedProduct = { ...record, sku: 'cd-2', currency: 'USD' };
const context = { commandId: '1', fingerprint: '1', at: '2026-01-01T00:00:00.000Z' };
const wish = (...skus: readonly string[]) => ({
  orderId: 'o1',
  customerId: 'ada',
  lines: skus.map((sku) => ({ sku, quantity: 2 })),
  payWith: { account: '1000000017' },
});

const start = (customer?: ReplicatedCustomer) =>
  orderUseCases({
    orders: commandHandler(order, memoryStore()),
    customers: { find: async () => customer },
    products: { find: async () => new Map([record, dollars].map((product) => [product.sku, product])) },
  });

describe('placing an order', () => {
  it('takes the prices and the currency of the products', async () =>
    expect(await start(ada).placeOrder(wish('cd-1'), context)).toMatchObject({
      status: 'accepted',
      events: [
        {
          type: 'OrderPlaced',
          data: {
            orderId: 'o1',
            customerId: 'ada',
            currency: 'EUR',
            lines: [{ sku: 'cd-1', quantity: 2, unitPriceCents: 1_499 }],
            totalCents: 2_998,
            payWith: { account: '1000000017' },
          },
        },
      ],
    }));
  it('rejects an unknown customer', async () =>
    expect(await start().placeOrder(wish('cd-1'), context)).toMatchObject({
      status: 'rejected',
      reason: 'customer-not-found',
    }));
  it('rejects an inactive customer', async () =>
    expect(await start({ ...ada, active: false }).placeOrder(wish('cd-1'), context)).toMatchObject({
      status: 'rejected',
      reason: 'customer-not-active',
    }));
  it('rejects an unknown product', async () =>
    expect(await start(ada).placeOrder(wish('cd-1', 'cd-9'), context)).toMatchObject({
      status: 'rejected',
      reason: 'product-not-found',
    }));
  it('rejects products in different currencies', async () =>
    expect(await start(ada).placeOrder(wish('cd-1', 'cd-2'), context)).toMatchObject({
      status: 'rejected',
      reason: 'currency-mismatch',
    }));
});
