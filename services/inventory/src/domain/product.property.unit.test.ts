import { fold, Rejected, MAX_REMEMBERED } from '@bankside/kernel';
import { assertDeciderLaws } from '@bankside/kernel/testing';
import fc from 'fast-check';
import {
  brokenRule,
  product,
  type Known,
  type Product,
  type ProductCommand,
  type ProductEvent,
} from './product';

const orderId = fc.constantFrom('1', '2', '3', '4');
const quantity = fc.integer({ min: 1, max: 8 });
const description = fc.record({
  sku: fc.constant('cd-1'),
  title: fc.constantFrom('Kind of Blue', 'Blue Train'),
  unitPriceCents: fc.constant(1499),
  currency: fc.constant('EUR'),
});

const command: fc.Arbitrary<ProductCommand> = fc.oneof(
  fc.record({ type: fc.constant('AddProduct' as const), data: description }),
  fc.record({ type: fc.constant('AddStock' as const), data: fc.record({ restockId: orderId, quantity }) }),
  fc.record({ type: fc.constant('ReserveStock' as const), data: fc.record({ orderId, quantity }) }),
  fc.record({
    type: fc.constantFrom('ReleaseStock' as const, 'CommitStock' as const),
    data: fc.record({ orderId }),
  }),
  fc.record({
    type: fc.constantFrom('ReturnStock' as const, 'WriteOffStock' as const),
    data: fc.record({ returnId: orderId, orderId, quantity }),
  }),
);

/** Most sequences begin with stock, so that what follows does something. */
const stocked: readonly ProductCommand[] = [
  { type: 'AddProduct', data: { sku: 'cd-1', title: 'Kind of Blue', unitPriceCents: 1499, currency: 'EUR' } },
  { type: 'AddStock', data: { restockId: 'first', quantity: 12 } },
];
const commands = fc.oneof(fc.array(command, { maxLength: 80 }), {
  weight: 4,
  arbitrary: fc.array(command, { maxLength: 80 }).map((rest) => [...stocked, ...rest]),
});

const total = (events: readonly ProductEvent[], type: ProductEvent['type']) =>
  events.reduce(
    (sum, event) => sum + (event.type === type && 'quantity' in event.data ? event.data.quantity : 0),
    0,
  );

const addsUp = (state: Product, events: readonly ProductEvent[]) => {
  if (state.status === 'unknown') return expect(events).toEqual([]);
  expect(brokenRule(state)).toBeUndefined(); // The audit agrees.
  const open = state.reservations.reduce((sum, reservation) => sum + reservation.quantity, 0);
  expect(state.reserved).toBe(open);
  expect(state.onHand).toBe(
    total(events, 'StockAdded') + total(events, 'StockReturned') - total(events, 'StockCommitted'),
  );
  expect(state.onHand - state.reserved).toBeGreaterThanOrEqual(0);
  for (const { data } of events) if ('free' in data) expect(data.reserved + data.free).toBe(data.onHand);
};

describe('any sequence of commands to a product', () => {
  it('keeps reserved + free = on hand, and never more on hand than was added', () =>
    fc.assert(fc.property(commands, (all) => void assertDeciderLaws(product, all, addsUp))));

  it('commits stock for each order at most once', () =>
    fc.assert(
      fc.property(commands, (all) => {
        const sales = assertDeciderLaws(product, all, () => undefined).flatMap(({ type, data }) =>
          type === 'StockCommitted' ? [data.orderId] : [],
        );
        expect(new Set(sales).size).toBe(sales.length);
      }),
    ));

  it('keeps all open reservations, but a bounded number of ended ones', () => {
    const orders = Array.from({ length: 2 * MAX_REMEMBERED }, (_, index) => String(index));
    const after = (state: Product, command: (order: string) => ProductCommand) =>
      orders.reduce<Product>((current, order) => {
        const decided = product.decide(command(order), current);
        return decided instanceof Rejected ? current : fold(product, current, decided);
      }, state) as Known;
    const full = fold(product, product.initialState, [
      {
        type: 'ProductAdded',
        data: { sku: 'cd-1', title: 'Kind of Blue', unitPriceCents: 1, currency: 'EUR' },
      },
      {
        type: 'StockAdded',
        data: {
          sku: 'cd-1',
          restockId: 'r',
          quantity: orders.length,
          onHand: orders.length,
          reserved: 0,
          free: orders.length,
        },
      },
    ]);
    const reserved = after(full, (order) => ({
      type: 'ReserveStock',
      data: { orderId: order, quantity: 1 },
    }));
    expect(reserved.reservations.map((reservation) => reservation.orderId)).toEqual(orders);
    const sold = after(reserved, (order) => ({ type: 'CommitStock', data: { orderId: order } }));
    expect(sold).toMatchObject({ onHand: 0, reserved: 0, reservations: [] });
    expect(sold.committed).toEqual(orders.slice(-MAX_REMEMBERED));
  });
});
