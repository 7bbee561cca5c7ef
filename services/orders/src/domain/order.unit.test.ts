import { MAX_AMOUNT_CENTS, quantity as quantityField } from '@bankside/contracts';
import { specFor } from '@bankside/kernel/testing';
import {
  MAX_QUANTITY,
  MAX_TOTAL_CENTS,
  order,
  type OrderCommand,
  type OrderEvent,
  type OrderRejection,
  type ReturnedLine,
} from './order';
import { MAX_RETURNS } from './order-returns';

// The rules of one order as history, command, outcome. No clock, no store, no randomness.
const given = specFor(order);
const whose = { orderId: 'o1', customerId: 'ada' };
const payWith = { account: '1000000017' };
const UNTIL = '2026-02-01T00:00:00.000Z';
const line = (quantity: number, unitPriceCents = 1499, sku = 'cd-1') => ({ sku, quantity, unitPriceCents });

const placed = (lines = [line(2)], totalCents = 2998): OrderEvent => ({
  type: 'OrderPlaced',
  data: { ...whose, lines, totalCents, currency: 'EUR', payWith },
});
const confirmed: OrderEvent = {
  type: 'OrderConfirmed',
  data: { ...whose, totalCents: 2998, currency: 'EUR', returnableUntil: UNTIL },
};
const accepted = (returnId: string, quantity: number): OrderEvent => ({
  type: 'ReturnAccepted',
  data: {
    ...whose,
    returnId,
    lines: [{ sku: 'cd-1', quantity, writeOff: false }],
    reason: 'damaged',
    refundCents: quantity * 1499,
    currency: 'EUR',
    payWith,
  },
});
const completed = (returnId: string, status: 'partly-returned' | 'returned'): OrderEvent => ({
  type: 'ReturnCompleted',
  data: { ...whose, returnId, status },
});
const refused = (returnId: string): OrderEvent => ({
  type: 'ReturnRejected',
  data: { ...whose, returnId, reason: 'payment-not-captured' },
});
const held: OrderEvent = { type: 'OrderHeld', data: whose };
const hold: OrderCommand = { type: 'HoldOrder', data: {} };
const rejected: OrderEvent = { type: 'OrderRejected', data: { ...whose, reason: 'insufficient-funds' } };
const cancelled: OrderEvent = {
  type: 'OrderCancelled',
  data: { ...whose, reason: 'changed-my-mind', cancellationId: 'n1' },
};

const place = (lines = [line(2)], other: object = {}) =>
  ({ type: 'PlaceOrder', data: { ...whose, lines, currency: 'EUR', payWith, ...other } }) as OrderCommand;
const confirm: OrderCommand = { type: 'ConfirmOrder', data: { returnableUntil: UNTIL } };
const rejectIt: OrderCommand = { type: 'RejectOrder', data: { reason: 'insufficient-funds' } };
const cancel: OrderCommand = {
  type: 'CancelOrder',
  data: { reason: 'changed-my-mind', cancellationId: 'n1' },
};

describe('placing an order', () => {
  it('sums its lines', () =>
    given()
      .when(place([line(2), line(1, 250, 'cd-2')]))
      .then(placed([line(2), line(1, 250, 'cd-2')], 3248)));
  it('merges lines of one sku', () =>
    given()
      .when(place([line(2), line(1, 250, 'cd-2'), line(3)]))
      .then(placed([line(5), line(1, 250, 'cd-2')], 7745)));
  it('rejects an order that costs something and names no payer', () =>
    given()
      .when(place(undefined, { payWith: undefined }))
      .thenRejected('payer-required'));
  describe('with nothing to pay', () => {
    const free: OrderEvent = {
      type: 'OrderPlaced',
      data: { ...whose, lines: [line(1, 0)], totalCents: 0, currency: 'EUR' },
    };
    it.each([
      ['named', payWith],
      ['not named', undefined],
    ])('needs no payer, who is %s', (_is, payer) => {
      given()
        .when(place([line(1, 0)], { payWith: payer }))
        .then(free);
      given(free)
        .when(place([line(1, 0)], { payWith: payer }))
        .thenNothing();
    });
  });
  it('keeps how long stock stays reserved', () =>
    given()
      .when(place(undefined, { reservationSeconds: 120 }))
      .then({
        type: 'OrderPlaced',
        data: { ...(placed().data as object), reservationSeconds: 120 },
      } as OrderEvent));

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

describe('requesting the cancellation of an order', () => {
  const request = (cancellationId = 'n1'): OrderCommand => ({
    type: 'RequestCancellation',
    data: { reason: 'changed-my-mind', cancellationId },
  });
  const requested: OrderEvent = {
    type: 'CancellationRequested',
    data: { ...whose, reason: 'changed-my-mind', cancellationId: 'n1' },
  };
  it('records the request of an order under way', () => {
    given(placed()).when(request()).then(requested);
    given(placed(), held).when(request()).then(requested);
  });
  it('does nothing when repeated, whatever became of the order', () => {
    for (const history of [[], [confirmed], [cancelled], [rejected]])
      given(placed(), requested, ...history)
        .when(request())
        .thenNothing();
  });
  it('leaves the order to be confirmed, rejected or cancelled', () => {
    given(placed(), requested).when(confirm).then(confirmed);
    given(placed(), requested).when(rejectIt).then(rejected);
    given(placed(), requested).when(cancel).then(cancelled);
  });
  it.each<[string, OrderRejection, readonly OrderEvent[]]>([
    ['an unknown', 'order-not-found', []],
    ['a confirmed', 'order-already-confirmed', [placed(), confirmed]],
    ['a rejected', 'order-already-rejected', [placed(), rejected]],
    ['a cancelled', 'order-already-cancelled', [placed(), requested, cancelled]],
    [
      'a returned',
      'order-already-confirmed',
      [placed(), confirmed, accepted('r1', 2), completed('r1', 'returned')],
    ],
  ])('is rejected for %s order with %s', (_state, reason, history) =>
    given(...history)
      .when(request('n2'))
      .thenRejected(reason),
  );
});

const back = (quantity: number, sku = 'cd-1', writeOff = false): ReturnedLine => ({
  sku,
  quantity,
  writeOff,
});
const takeBack = (returnId: string, lines: readonly ReturnedLine[], at = UNTIL): OrderCommand => ({
  type: 'AcceptReturn',
  data: { returnId, lines, reason: 'damaged', at },
});

describe('returning pieces', () => {
  const open = [placed(), confirmed];

  it('accepts some of them, at their price', () =>
    given(...open)
      .when(takeBack('r1', [back(1)]))
      .then(accepted('r1', 1)));
  it('accepts the rest later', () =>
    given(...open, accepted('r1', 1), completed('r1', 'partly-returned'))
      .when(takeBack('r2', [back(1)]))
      .then(accepted('r2', 1)));
  it('merges lines of one sku, but not those that are written off with the others', () => {
    const lines = [line(5, 100), line(1, 250, 'cd-2')];
    const data = { ...whose, returnId: 'r1', reason: 'damaged', currency: 'EUR', payWith };
    given(placed(lines, 750), confirmed)
      .when(takeBack('r1', [back(1), back(1, 'cd-2'), back(2, 'cd-1', true), back(1)]))
      .then({
        type: 'ReturnAccepted',
        data: { ...data, refundCents: 650, lines: [back(2), back(1, 'cd-2'), back(2, 'cd-1', true)] },
      });
  });
  it('does nothing when repeated', () =>
    given(...open, accepted('r1', 1))
      .when(takeBack('r1', [back(1)]))
      .thenNothing());
  it('accepts them until the last moment, and not later', () => {
    given(...open)
      .when(takeBack('r1', [back(1)], UNTIL))
      .then(accepted('r1', 1));
    given(...open)
      .when(takeBack('r1', [back(1)], '2026-02-01T00:00:00.001Z'))
      .thenRejected('return-too-late');
  });
  it('has no time limit in orders that were confirmed without one', () =>
    given(placed(), { type: 'OrderConfirmed', data: { ...whose, totalCents: 2998, currency: 'EUR' } })
      .when(takeBack('r1', [back(1)], '2036-01-01T00:00:00.000Z'))
      .then(accepted('r1', 1)));

  it.each<[string, readonly OrderEvent[], readonly ReturnedLine[]]>([
    ['more pieces than were bought', open, [back(3)]],
    ['more than were bought, on two lines', open, [back(1), back(2, 'cd-1', true)]],
    ['pieces that are being returned', [...open, accepted('r1', 2)], [back(1)]],
    ['pieces that were returned', [...open, accepted('r1', 2), completed('r1', 'returned')], [back(1)]],
    ['a product that was not bought', open, [back(1), back(1, 'cd-2')]],
  ])('rejects %s', (_what, history, lines) =>
    given(...history)
      .when(takeBack('r2', lines))
      .thenRejected('more-returned-than-bought'),
  );
  it('accepts pieces again whose return was rejected', () =>
    given(...open, accepted('r1', 2), refused('r1'))
      .when(takeBack('r2', [back(2)]))
      .then(accepted('r2', 2)));
  it.each<[OrderRejection, readonly OrderEvent[]]>([
    ['order-not-found', []],
    ['order-not-confirmed', [placed()]],
    ['order-already-rejected', [placed(), rejected]],
    ['order-already-cancelled', [placed(), cancelled]],
  ])('is rejected with %s', (reason, history) =>
    given(...history)
      .when(takeBack('r1', [back(1)]))
      .thenRejected(reason),
  );
  it('accepts a bounded number of returns', () => {
    const many = Array.from({ length: MAX_RETURNS }, (_, index) => accepted(`r${index}`, 1));
    given(placed([line(1_000)], 1_499_000), confirmed, ...many)
      .when(takeBack('one-more', [back(1)]))
      .thenRejected('too-many-returns');
  });
});

describe('completing a return', () => {
  const complete = (returnId: string): OrderCommand => ({ type: 'CompleteReturn', data: { returnId } });
  const reject = (returnId: string): OrderCommand => ({
    type: 'RejectReturn',
    data: { returnId, reason: 'payment-not-captured' },
  });
  const open = [placed(), confirmed, accepted('r1', 1)];

  it('returns a part of the order, then all of it', () => {
    given(...open)
      .when(complete('r1'))
      .then(completed('r1', 'partly-returned'));
    given(...open, completed('r1', 'partly-returned'), accepted('r2', 1))
      .when(complete('r2'))
      .then(completed('r2', 'returned'));
  });
  it('counts no pieces whose return is in progress', () =>
    given(...open, accepted('r2', 1))
      .when(complete('r1'))
      .then(completed('r1', 'partly-returned')));
  it('happens once, and excludes a rejection', () => {
    given(...open, completed('r1', 'partly-returned'))
      .when(complete('r1'))
      .thenNothing();
    given(...open, completed('r1', 'partly-returned'))
      .when(reject('r1'))
      .thenRejected('return-already-completed');
  });
  it('is excluded by a rejection, which happens once', () => {
    given(...open)
      .when(reject('r1'))
      .then(refused('r1'));
    given(...open, refused('r1'))
      .when(reject('r1'))
      .thenNothing();
    given(...open, refused('r1'))
      .when(complete('r1'))
      .thenRejected('return-already-rejected');
  });
  it('does not apply to an unknown return', () => {
    given(...open)
      .when(complete('r9'))
      .thenRejected('return-not-found');
    given(...open)
      .when(reject('r9'))
      .thenRejected('return-not-found');
  });
});

describe('folding a corrupt stream', () => {
  it('throws', () =>
    expect(() => given(confirmed).thenState({ status: 'unplaced' })).toThrow('OrderConfirmed'));
});
