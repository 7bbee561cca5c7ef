import { commandHandler, fold, memoryStore } from '@bankside/kernel';
import type { ReplicatedCustomer, ReplicatedProduct } from '@bankside/replicas';
import { order, type OrderEvent } from './domain/order';
import { orderUseCases, rejectionOfClaim, rejectionOfReturnClaim } from './use-cases';

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

const start = (customer?: ReplicatedCustomer) => {
  const orders = commandHandler(order, memoryStore());
  const useCases = orderUseCases({
    orders,
    customers: { find: async () => customer },
    products: { find: async () => new Map([record, dollars].map((product) => [product.sku, product])) },
    terms: { reservationSeconds: 90, returnDays: 14 },
  });
  return { orders, ...useCases };
};

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
            reservationSeconds: 90,
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

describe('confirming an order', () => {
  it('fixes until when its pieces may be returned', async () => {
    const { placeOrder, confirmOrder } = start(ada);
    await placeOrder(wish('cd-1'), context);
    expect(await confirmOrder('o1', { ...context, commandId: '2' })).toMatchObject({
      events: [{ type: 'OrderConfirmed', data: { returnableUntil: '2026-01-15T00:00:00.000Z' } }],
    });
  });
});

describe('the claim that a return was accepted', () => {
  const lines = [{ sku: 'cd-1', quantity: 1, writeOff: false }];
  const accepted = async () => {
    const { orders, placeOrder, confirmOrder, acceptReturn } = start(ada);
    await placeOrder(wish('cd-1'), context);
    await confirmOrder('o1', { ...context, commandId: '2' });
    await acceptReturn('o1', { returnId: 'r1', lines, reason: 'damaged' }, { ...context, commandId: '3' });
    return (await orders.load('o1')).state;
  };
  const claim = {
    customerId: 'ada',
    lines,
    refundCents: 1_499,
    currency: 'EUR',
    payWith: { account: '1000000017' },
  };

  it('holds for the return as it was accepted', async () =>
    expect(rejectionOfReturnClaim(claim, await accepted(), 'r1')).toBeUndefined());
  it.each<[string, object]>([
    ['customer', { customerId: 'eve' }],
    ['refund', { refundCents: 1_500 }],
    ['line', { lines: [{ ...lines[0]!, writeOff: true }] }],
    ['payer', { payWith: { account: '1000000025' } }],
    ['currency', { currency: 'RON' }],
  ])('does not hold for another %s', async (_what, other) =>
    expect(rejectionOfReturnClaim({ ...claim, ...other }, await accepted(), 'r1')).toBe('return-differs'),
  );
  it('does not hold for another return', async () => {
    expect(rejectionOfReturnClaim(claim, await accepted(), 'r2')).toBe('return-not-found');
    expect(rejectionOfReturnClaim(claim, { status: 'unplaced' }, 'r1')).toBe('order-not-found');
  });
});

describe('the claim that an order was placed', () => {
  const line = { sku: 'cd-1', quantity: 2, unitPriceCents: 1_499 };
  const claim = {
    customerId: 'ada',
    lines: [line],
    totalCents: 2_998,
    currency: 'EUR',
    payWith: { account: '1000000017' },
  };
  const whose = { orderId: 'o1', customerId: 'ada' };
  const placed: OrderEvent = { type: 'OrderPlaced', data: { ...whose, ...claim } };
  const ended = (type: 'OrderRejected' | 'OrderCancelled'): OrderEvent => ({
    type,
    data: { ...whose, reason: 'out-of-stock' },
  });
  const after = (...events: readonly OrderEvent[]) => fold(order, order.initialState, events);

  it('holds for the order as it was placed, in any order of fields', () => {
    expect(rejectionOfClaim(claim, after(placed))).toBeUndefined();
    const reversed = Object.fromEntries(Object.entries(claim).reverse()) as typeof claim;
    expect(rejectionOfClaim(reversed, after(placed))).toBeUndefined();
  });
  it.each<[string, object]>([
    ['customer', { customerId: 'eve' }],
    ['quantity', { lines: [{ ...line, quantity: 1 }] }],
    ['price', { lines: [{ ...line, unitPriceCents: 1 }] }],
    ['product', { lines: [{ ...line, sku: 'cd-2' }] }],
    ['line', { lines: [line, { ...line, sku: 'cd-2', unitPriceCents: 0 }] }],
    ['total', { totalCents: 2_999 }],
    ['currency', { currency: 'RON' }],
    ['account', { payWith: { account: '1000000025' } }],
    ['means of payment', { payWith: { card: '400000000006' } }],
  ])('does not hold for another %s', (_what, other) => {
    expect(rejectionOfClaim({ ...claim, ...other }, after(placed))).toBe('order-differs');
  });
  it.each<[string, readonly OrderEvent[]]>([
    ['order-not-found', []],
    [
      'order-already-confirmed',
      [placed, { type: 'OrderConfirmed', data: { ...whose, totalCents: 2_998, currency: 'EUR' } }],
    ],
    ['order-already-rejected', [placed, ended('OrderRejected')]],
    ['order-already-cancelled', [placed, ended('OrderCancelled')]],
  ])('is rejected with %s', (reason, history) => {
    expect(rejectionOfClaim(claim, after(...history))).toBe(reason);
  });
});
