import { MAX_AMOUNT_CENTS, quantity as quantityField } from '@bankside/contracts';
import { specFor } from '@bankside/kernel/testing';
import { MAX_QUANTITY, MAX_TOTAL_CENTS, order, type OrderCommand, type OrderEvent } from './order';

// The rules of one order as history, command, outcome. No clock, no store, no randomness.
const given = specFor(order);
const whose = { orderId: 'o1', customerId: 'ada' };
const payWith = { account: '1000000017' };
const line = (quantity: number, unitPriceCents = 1499, sku = 'cd-1') => ({ sku, quantity, unitPriceCents });

const placed = (lines = [line(2)], totalCents = 2998): OrderEvent => ({
  type: 'OrderPlaced',
  data: { ...whose, lines, totalCents, currency: 'EUR', payWith },
});
const confirmed: OrderEvent = {
  type: 'OrderConfirmed',
  data: { ...whose, totalCents: 2998, currency: 'EUR' },
};
const rejected: OrderEvent = { type: 'OrderRejected', data: { ...whose, reason: 'insufficient-funds' } };
const cancelled: OrderEvent = { type: 'OrderCancelled', data: { ...whose, reason: 'cancelled' } };

const place = (lines = [line(2)], other: object = {}) =>
  ({ type: 'PlaceOrder', data: { ...whose, lines, currency: 'EUR', payWith, ...other } }) as OrderCommand;
const held: OrderEvent = { type: 'OrderHeld', data: whose };
const hold: OrderCommand = { type: 'HoldOrder', data: {} };
const confirm: OrderCommand = { type: 'ConfirmOrder', data: {} };
const rejectIt: OrderCommand = { type: 'RejectOrder', data: { reason: 'insufficient-funds' } };
const cancel: OrderCommand = { type: 'CancelOrder', data: { reason: 'cancelled' } };

describe('placing an order', () => {
  it('sums its lines', () =>
    given()
      .when(place([line(2), line(1, 250, 'cd-2')]))
      .then(placed([line(2), line(1, 250, 'cd-2')], 3248)));
  it('merges lines of one sku', () =>
    given()
      .when(place([line(2), line(1, 250, 'cd-2'), line(3)]))
      .then(placed([line(5), line(1, 250, 'cd-2')], 7745)));
  it('accepts a free order', () =>
    given()
      .when(place([line(1, 0)]))
      .then(placed([line(1, 0)], 0)));

  it('accepts a total up to the payment limit', () => {
    expect(MAX_TOTAL_CENTS).toBe(MAX_AMOUNT_CENTS);
    given()
      .when(place([line(10, 100_000_000)]))
      .then(placed([line(10, 100_000_000)], MAX_TOTAL_CENTS));
  });
  it('rejects one cent more', () =>
    given()
      .when(place([line(10, 100_000_000), line(1, 1, 'cd-2')]))
      .thenRejected('order-too-large'));
  it('accepts a quantity up to the reservation limit', () => {
    expect(quantityField.safeParse(MAX_QUANTITY).success).toBe(true);
    expect(quantityField.safeParse(MAX_QUANTITY + 1).success).toBe(false);
    given()
      .when(place([line(MAX_QUANTITY, 1)]))
      .then(placed([line(MAX_QUANTITY, 1)], MAX_QUANTITY));
  });
  it('rejects one piece more, even across two lines', () =>
    given()
      .when(place([line(MAX_QUANTITY, 1), line(1, 1)]))
      .thenRejected('order-too-large'));

  it.each([
    ['placed', [placed()]],
    ['confirmed', [placed(), confirmed]],
    ['rejected', [placed(), rejected]],
    ['cancelled', [placed(), cancelled]],
  ])('does nothing when repeated once %s', (_state, history: readonly OrderEvent[]) =>
    given(...history)
      .when(place())
      .thenNothing(),
  );
  it('does nothing when repeated at another price', () =>
    given(placed())
      .when(place([line(2, 1599)]))
      .thenNothing());
  it.each([
    ['quantity', place([line(3)])],
    ['sku', place([line(2, 1499, 'cd-2')])],
    ['line', place([line(2), line(1, 1, 'cd-2')])],
    ['customer', place(undefined, { customerId: 'bob' })],
    ['account', place(undefined, { payWith: { account: '1000000025' } })],
    ['means of payment', place(undefined, { payWith: { card: '1000000017' } })],
  ])('rejects a different %s under the same id', (_what, other) =>
    given(placed()).when(other).thenRejected('order-already-placed'),
  );
});

describe('confirming an order', () => {
  it('confirms a placed order', () => given(placed()).when(confirm).then(confirmed));
  it('does nothing when repeated', () => given(placed(), confirmed).when(confirm).thenNothing());
  it('does not apply to a rejected order', () =>
    given(placed(), rejected).when(confirm).thenRejected('order-already-rejected'));
  it('does not apply to a cancelled order', () =>
    given(placed(), cancelled).when(confirm).thenRejected('order-already-cancelled'));
  it('does not apply to an unknown order', () => given().when(confirm).thenRejected('order-not-found'));
});

describe('rejecting an order', () => {
  it('rejects a placed order', () => given(placed()).when(rejectIt).then(rejected));
  it('does nothing when repeated', () => given(placed(), rejected).when(rejectIt).thenNothing());
  it('keeps the first reason', () =>
    given(placed(), rejected)
      .when({ type: 'RejectOrder', data: { reason: 'out-of-stock' } })
      .thenNothing());
  it('does not apply to a confirmed order', () =>
    given(placed(), confirmed).when(rejectIt).thenRejected('order-already-confirmed'));
  it('does not apply to a cancelled order', () =>
    given(placed(), cancelled).when(rejectIt).thenRejected('order-already-cancelled'));
  it('does not apply to an unknown order', () => given().when(rejectIt).thenRejected('order-not-found'));
});

describe('cancelling an order', () => {
  it('cancels a placed order', () => given(placed()).when(cancel).then(cancelled));
  it('does nothing when repeated', () => given(placed(), cancelled).when(cancel).thenNothing());
  it('does not apply to a confirmed order', () =>
    given(placed(), confirmed).when(cancel).thenRejected('order-already-confirmed'));
  it('does not apply to a rejected order', () =>
    given(placed(), rejected).when(cancel).thenRejected('order-already-rejected'));
  it('does not apply to an unknown order', () => given().when(cancel).thenRejected('order-not-found'));
});

describe('holding an order', () => {
  it('holds a placed order', () => given(placed()).when(hold).then(held));
  it('does nothing when repeated', () => given(placed(), held).when(hold).thenNothing());
  it.each([confirmed, rejected, cancelled])('does nothing after $type', (end) =>
    given(placed(), end).when(hold).thenNothing(),
  );
  it('does not apply to an unknown order', () => given().when(hold).thenRejected('order-not-found'));
  it.each([
    [confirm, confirmed],
    [rejectIt, rejected],
    [cancel, cancelled],
  ] as const)('does not prevent $0.type', (command, event) =>
    given(placed(), held).when(command).then(event),
  );
});

describe('folding a corrupt stream', () => {
  it('throws', () =>
    expect(() => given(confirmed).thenState({ status: 'unplaced' })).toThrow('OrderConfirmed'));
});
