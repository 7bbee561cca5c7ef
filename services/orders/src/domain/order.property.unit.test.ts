import { assertDeciderLaws } from '@bankside/kernel/testing';
import fc from 'fast-check';
import { MAX_TOTAL_CENTS, order, type Order, type OrderCommand, type OrderEvent } from './order';

const line = fc.record({
  sku: fc.constantFrom('cd-1', 'cd-2'),
  quantity: fc.integer({ min: 1, max: 1_000_000 }),
  unitPriceCents: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 100_000_000 })),
});
const reason = fc.record({ reason: fc.constantFrom('insufficient-funds', 'cancelled') });
const command: fc.Arbitrary<OrderCommand> = fc.oneof(
  fc.record({
    type: fc.constant('PlaceOrder' as const),
    data: fc.record({
      orderId: fc.constant('o1'),
      customerId: fc.constantFrom('ada', 'bob'),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
      currency: fc.constant('EUR'),
      payWith: fc.constant({ account: '1000000017' }),
    }),
  }),
  fc.record({ type: fc.constantFrom('HoldOrder' as const, 'ConfirmOrder' as const), data: fc.constant({}) }),
  fc.record({ type: fc.constantFrom('RejectOrder' as const, 'CancelOrder' as const), data: reason }),
);

const isRight = (state: Order, events: readonly OrderEvent[]) => {
  if (state.status === 'unplaced') return expect(events).toEqual([]);
  const types = events.map(({ type }) => type);
  expect(types[0]).toBe('OrderPlaced');
  const held = types.filter((type) => type === 'OrderHeld');
  expect(held.length).toBeLessThanOrEqual(1);
  expect(types.length - held.length).toBe(state.status === 'placed' || state.status === 'held' ? 1 : 2);
  expect(state.totalCents).toBe(state.lines.reduce((sum, one) => sum + one.quantity * one.unitPriceCents, 0));
  expect(state.totalCents).toBeLessThanOrEqual(MAX_TOTAL_CENTS);
  expect(new Set(state.lines.map(({ sku }) => sku)).size).toBe(state.lines.length);
};

describe('any sequence of commands to an order', () => {
  it('places it once, ends it at most once, and totals its lines', () =>
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 30 }),
        (commands) => void assertDeciderLaws(order, commands, isRight),
      ),
    ));
});
