import { assertDeciderLaws } from '@bankside/kernel/testing';
import fc from 'fast-check';
import { brokenRule, MAX_TOTAL_CENTS, order, type Order, type OrderCommand, type OrderEvent } from './order';

const line = fc.record({
  sku: fc.constantFrom('cd-1', 'cd-2'),
  quantity: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 1_000_000 })),
  unitPriceCents: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 100_000_000 })),
});
const reason = fc.record({ reason: fc.constantFrom('insufficient-funds', 'changed-my-mind') });
const returnId = fc.constantFrom('r1', 'r2', 'r3');
const returned = fc.record({
  sku: fc.constantFrom('cd-1', 'cd-2'),
  quantity: fc.integer({ min: 1, max: 4 }),
  writeOff: fc.boolean(),
});
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
  fc.record({
    type: fc.constant('RequestCancellation' as const),
    data: fc.record({
      reason: fc.constant('changed-my-mind'),
      cancellationId: fc.constantFrom('n1', 'n2'),
    }),
  }),
  fc.record({
    type: fc.constant('AcceptReturn' as const),
    data: fc.record({
      returnId,
      lines: fc.array(returned, { minLength: 1, maxLength: 3 }),
      reason: fc.constant('damaged'),
      at: fc.constant('2026-01-01T00:00:00.000Z'),
    }),
  }),
  fc.record({ type: fc.constant('CompleteReturn' as const), data: fc.record({ returnId }) }),
  fc.record({
    type: fc.constant('RejectReturn' as const),
    data: fc.record({ returnId, reason: fc.constant('payment-not-captured') }),
  }),
);

/** Each piece is returned at most once, and no more is refunded than was paid. */
const expectReturnsWithinOrder = (
  state: Exclude<Order, { status: 'unplaced' }>,
  events: readonly OrderEvent[],
) => {
  expect(brokenRule(state)).toBeUndefined(); // The audit agrees.
  const counting = state.returns.filter(({ status }) => status !== 'rejected');
  for (const { sku, quantity } of state.lines) {
    const lines = counting.flatMap(({ lines }) => lines.filter((one) => one.sku === sku));
    const back = lines.reduce((sum, one) => sum + one.quantity, 0);
    expect(back).toBeLessThanOrEqual(quantity);
    if (state.status === 'returned') expect(back).toBe(quantity);
  }
  const refunded = counting.reduce((sum, { refundCents }) => sum + refundCents, 0);
  expect(refunded).toBeLessThanOrEqual(state.totalCents);
  const completed = events.flatMap(({ type, data }) => (type === 'ReturnCompleted' ? [data.returnId] : []));
  expect(new Set(completed).size).toBe(completed.length);
};

const isRight = (state: Order, events: readonly OrderEvent[]) => {
  if (state.status === 'unplaced') return expect(events).toEqual([]);
  const types = events.map(({ type }) => type);
  expect(types[0]).toBe('OrderPlaced');
  const ends = types.filter((type) => /^Order(Confirmed|Rejected|Cancelled)$/.test(type));
  expect(ends).toHaveLength(state.status === 'placed' || state.status === 'held' ? 0 : 1);
  expect(types.filter((type) => type === 'OrderHeld').length).toBeLessThanOrEqual(1);
  expectReturnsWithinOrder(state, events);
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
