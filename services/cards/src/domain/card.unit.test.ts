import { fold, MAX_REMEMBERED } from '@bankside/kernel';
import { specFor } from '@bankside/kernel/testing';
import { card, type CardCommand, type CardEvent, type CardRejection } from './card';
import { needsHistory, chargeFromHistory } from './charge-history';

// The rules of one credit card as history, command, outcome. No clock, no store, no randomness.
const given = specFor(card);
const holder = { cardNumber: '400000000006', customerId: 'ada', currency: 'EUR' };
const limitCents = 1000;
const credit = (usedCents: number) => ({ limitCents, usedCents, availableCents: limitCents - usedCents });

const issued: CardEvent = { type: 'CardIssued', data: { ...holder, ...credit(0) } };
const charged = (amountCents: number, usedCents = amountCents): CardEvent => ({
  type: 'CardCharged',
  data: { ...holder, chargeId: 'x1', amountCents, ...credit(usedCents) },
});
const cancelled = (amountCents: number, usedCents: number): CardEvent => ({
  type: 'ChargeCancelled',
  data: { ...holder, chargeId: 'x1', amountCents, ...credit(usedCents) },
});
const cancelledInAdvance: CardEvent = {
  type: 'ChargeCancelledInAdvance',
  data: { cardNumber: holder.cardNumber, chargeId: 'x1' },
};
const paid = (amountCents: number, usedCents: number): CardEvent => ({
  type: 'CardPaid',
  data: { ...holder, paymentId: 'p1', amountCents, ...credit(usedCents) },
});
const blocked: CardEvent = { type: 'CardBlocked', data: holder };

const issue = (other: object = {}) =>
  ({ type: 'IssueCard', data: { ...holder, limitCents, ...other } }) as CardCommand;
const charge = (amountCents: number, rest: object = {}) =>
  ({ type: 'ChargeCard', data: { chargeId: 'x1', amountCents, ...rest } }) as CardCommand;
const cancel: CardCommand = { type: 'CancelCharge', data: { chargeId: 'x1' } };
const pay = (amountCents: number, rest: object = {}) =>
  ({ type: 'PayCard', data: { paymentId: 'p1', amountCents, ...rest } }) as CardCommand;
const block: CardCommand = { type: 'BlockCard', data: {} };

describe('issuing a card', () => {
  it('opens it with its full credit', () => given().when(issue()).then(issued));
  it('does nothing when repeated', () => given(issued).when(issue()).thenNothing());
  it('does nothing when repeated after closing', () => given(issued, blocked).when(issue()).thenNothing());
  it.each([{ customerId: 'bob' }, { currency: 'USD' }, { limitCents: 1001 }])(
    'rejects a different card under the same number: %j',
    (other) => given(issued).when(issue(other)).thenRejected('card-number-taken'),
  );
  it('claims the only credit card of the customer, and blocking releases it', () => {
    const key = { index: 'credit', value: 'ada' };
    const { initialState } = card;
    expect(card.uniques?.([issued], initialState)).toEqual({ claims: [key], releases: [] });
    expect(card.uniques?.([blocked], initialState)).toEqual({ claims: [], releases: [key] });
    expect(card.uniques?.([charged(1)], initialState)).toEqual({ claims: [], releases: [] });
  });
});

describe('charging a card', () => {
  it('accepts a charge up to the limit', () => given(issued).when(charge(1000)).then(charged(1000)));
  it('rejects one cent more', () => given(issued).when(charge(1001)).thenRejected('insufficient-credit'));
  it('reuses credit that was paid back', () =>
    given(issued, charged(1000), paid(400, 600))
      .when({ type: 'ChargeCard', data: { chargeId: 'x2', amountCents: 400 } })
      .then({ type: 'CardCharged', data: { ...holder, chargeId: 'x2', amountCents: 400, ...credit(1000) } }));
  it('records the order', () =>
    given(issued)
      .when(charge(40, { orderId: 'o1', customerId: 'ada', currency: 'EUR' }))
      .then({
        type: 'CardCharged',
        data: { ...holder, chargeId: 'x1', orderId: 'o1', amountCents: 40, ...credit(40) },
      }));
  it('does nothing when repeated', () => given(issued, charged(1000)).when(charge(1000)).thenNothing());
  it('does nothing when repeated once blocked', () =>
    given(issued, charged(1000), blocked).when(charge(1000)).thenNothing());
  it('rejects a different amount under the same id', () =>
    given(issued, charged(40)).when(charge(41)).thenRejected('charge-id-reused'));
  it('rejects an operation whose cancellation arrived first', () =>
    given(issued, cancelledInAdvance).when(charge(1)).thenRejected('charge-cancelled'));
  it('rejects an operation that was cancelled', () =>
    given(issued, charged(40), cancelled(40, 0)).when(charge(40)).thenRejected('charge-cancelled'));
  it('rejects another customer', () =>
    given(issued)
      .when(charge(1, { customerId: 'bob' }))
      .thenRejected('card-not-found'));
  it('rejects another customer even for a repeat', () =>
    given(issued, charged(1))
      .when(charge(1, { customerId: 'bob' }))
      .thenRejected('card-not-found'));
  it('rejects another currency', () =>
    given(issued)
      .when(charge(1, { currency: 'USD' }))
      .thenRejected('currency-mismatch'));
  it('rejects a blocked card', () => given(issued, blocked).when(charge(1)).thenRejected('card-blocked'));
  it('rejects before issuing', () => given().when(charge(1)).thenRejected('card-not-found'));
});

describe('cancelling a charge', () => {
  const evicted = [
    issued,
    charged(40),
    ...Array.from({ length: MAX_REMEMBERED }, (_, index): CardEvent => ({
      type: 'CardCharged',
      data: { ...holder, chargeId: `later-${index}`, amountCents: 1, ...credit(500) },
    })),
  ];
  const stateAfter = (...events: readonly CardEvent[]) => fold(card, card.initialState, events);

  it('restores the credit', () => given(issued, charged(40)).when(cancel).then(cancelled(40, 0)));
  it('does nothing when repeated', () =>
    given(issued, charged(40), cancelled(40, 0)).when(cancel).thenNothing());
  it('does not affect other charges', () => {
    const other: CardEvent = {
      type: 'CardCharged',
      data: { ...holder, chargeId: 'x2', amountCents: 10, ...credit(50) },
    };
    given(issued, charged(40), other, cancelled(40, 10))
      .when({ type: 'ChargeCard', data: { chargeId: 'x2', amountCents: 10 } })
      .thenNothing();
    given(issued, charged(40), other, cancelled(40, 10))
      .when({ type: 'CancelCharge', data: { chargeId: 'x2' } })
      .then({ type: 'ChargeCancelled', data: { ...other.data, ...credit(0) } });
  });
  it('records the cancellation of an unknown charge', () =>
    given(issued).when(cancel).then(cancelledInAdvance));
  it('does nothing when repeated for an unknown operation', () =>
    given(issued, cancelledInAdvance).when(cancel).thenNothing());
  it('restores the credit of a blocked card', () =>
    given(issued, charged(40), blocked).when(cancel).then(cancelled(40, 0)));
  it('leaves the bank with a debt if the charge was already paid', () =>
    given(issued, charged(40), paid(30, 10)).when(cancel).then(cancelled(40, -30)));
  it('rejects before issuing', () => given().when(cancel).thenRejected('card-not-found'));

  it('reads the history once the charge may have been evicted', () => {
    expect(needsHistory(stateAfter(), 'x1')).toBe(false);
    expect(needsHistory(stateAfter(...evicted.slice(0, 1 + MAX_REMEMBERED / 2)), 'x1')).toBe(false);
    expect(needsHistory(stateAfter(...evicted.slice(0, 2 + MAX_REMEMBERED / 2)), 'x1')).toBe(true);
    expect(needsHistory(stateAfter(...evicted), `later-${MAX_REMEMBERED - 1}`)).toBe(false);
  });
  it('restores the credit of an evicted charge once', () => {
    const fromHistory = evicted.reduce(chargeFromHistory('x1'), undefined);
    const cancelPast: CardCommand = { type: 'CancelCharge', data: { chargeId: 'x1', fromHistory } };
    given(...evicted)
      .when(cancelPast)
      .then(cancelled(40, 460));
    given(...evicted, cancelled(40, 460))
      .when(cancelPast)
      .thenNothing();
    expect([...evicted, cancelled(40, 460)].reduce(chargeFromHistory('x1'), undefined)).toBeUndefined();
  });
});

describe('paying a card', () => {
  it('pays the whole debt', () => given(issued, charged(40)).when(pay(40)).then(paid(40, 0)));
  it('pays a part of the debt', () => given(issued, charged(40)).when(pay(1)).then(paid(1, 39)));
  it('rejects one cent more than the debt', () =>
    given(issued, charged(40)).when(pay(41)).thenRejected('payment-exceeds-debt'));
  it('rejects a payment without a debt', () =>
    given(issued).when(pay(1)).thenRejected('payment-exceeds-debt'));
  it('rejects a payment while the bank owes the customer', () =>
    given(issued, charged(40), paid(30, 10), cancelled(40, -30))
      .when({ type: 'PayCard', data: { paymentId: 'p2', amountCents: 1 } })
      .thenRejected('payment-exceeds-debt'));
  it('does nothing when repeated', () => given(issued, charged(40), paid(40, 0)).when(pay(40)).thenNothing());
  it('rejects a different amount under the same id', () =>
    given(issued, charged(40), paid(30, 10)).when(pay(10)).thenRejected('payment-id-reused'));
  it('rejects another customer, whatever the debt', () => {
    for (const cents of [1, 41])
      given(issued, charged(40))
        .when(pay(cents, { customerId: 'bob' }))
        .thenRejected('card-not-found');
  });
  it('accepts the currency of the card', () =>
    given(issued, charged(40))
      .when(pay(40, { currency: 'EUR' }))
      .then(paid(40, 0)));
  it('rejects another currency', () =>
    given(issued, charged(40))
      .when(pay(40, { currency: 'USD' }))
      .thenRejected('currency-mismatch'));
  it('works on a blocked card', () => given(issued, charged(40), blocked).when(pay(40)).then(paid(40, 0)));
  it('rejects before issuing', () => given().when(pay(1)).thenRejected('card-not-found'));
});

describe('crediting a refund', () => {
  const refund = { refundId: 'r1', orderId: 'o1', amountCents: 30 };
  const refundIt = (other: object = {}) =>
    ({
      type: 'CreditRefund',
      data: { ...refund, customerId: 'ada', currency: 'EUR', ...other },
    }) as CardCommand;
  const credited = (usedCents: number): CardEvent => ({
    type: 'RefundCredited',
    data: { ...holder, ...refund, ...credit(usedCents) },
  });

  it('reduces what is used, once', () => {
    given(issued, charged(100)).when(refundIt()).then(credited(70));
    given(issued, charged(100), credited(70)).when(refundIt()).thenNothing();
  });
  it('may leave the bank owing the customer, who can spend it by card', () =>
    given(issued, charged(20)).when(refundIt()).then(credited(-10)));
  it('reduces the debt of a blocked card, but not below 0', () => {
    given(issued, charged(30), blocked).when(refundIt()).then(credited(0));
    given(issued, charged(29), blocked).when(refundIt()).thenRejected('card-blocked');
  });
  it.each<[object, CardRejection]>([
    [{ customerId: 'bob' }, 'card-not-found'],
    [{ currency: 'USD' }, 'currency-mismatch'],
  ])('does not work for %j', (other, reason) => given(issued).when(refundIt(other)).thenRejected(reason));
  it('does not work on an unknown card', () => given().when(refundIt()).thenRejected('card-not-found'));
});

describe('blocking a card', () => {
  it('blocks the card', () => given(issued).when(block).then(blocked));
  it('blocks a card with a debt', () => given(issued, charged(40)).when(block).then(blocked));
  it('does nothing when repeated', () => given(issued, blocked).when(block).thenNothing());
  it('rejects before issuing', () => given().when(block).thenRejected('card-not-found'));
});

describe('the closure of the customer', () => {
  const closureId = 'l1';
  const close = (forced = true): CardCommand => ({ type: 'BlockCard', data: { closureId, forced } });
  const reopen: CardCommand = { type: 'UnblockCard', data: { closureId } };
  const blockedBy: CardEvent = { type: 'CardBlocked', data: { ...holder, closureId } };
  const unblocked: CardEvent = { type: 'CardUnblocked', data: { ...holder, closureId } };
  const inAdvance: CardEvent = {
    type: 'CardUnblockedInAdvance',
    data: { cardNumber: holder.cardNumber, closureId },
  };

  it('blocks a settled card when it is forced', () => given(issued).when(close()).then(blockedBy));
  it('is rejected by an open card otherwise', () =>
    given(issued).when(close(false)).thenRejected('card-open'));
  it('is rejected by a card with debt, blocked or not, even when it is forced', () => {
    given(issued, charged(100)).when(close()).thenRejected('card-not-settled');
    given(issued, charged(100), blocked).when(close()).thenRejected('card-not-settled');
  });
  it('is rejected by a card on which the bank owes money', () =>
    given(issued, charged(100), paid(100, 0), cancelled(100, -100))
      .when(close())
      .thenRejected('card-not-settled'));
  it('does nothing to a blocked card', () => given(issued, blocked).when(close(false)).thenNothing());
  it('can be taken back', () => given(issued, blockedBy).when(reopen).then(unblocked));
  it('that was taken back cannot be repeated', () =>
    given(issued, blockedBy, unblocked).when(close()).thenRejected('closure-reversed'));
  it('that is taken back before it arrives is rejected when it does', () => {
    given(issued).when(reopen).then(inAdvance);
    given(issued, inAdvance).when(close()).thenRejected('closure-reversed');
  });
  it('does not unblock a card that was blocked otherwise', () =>
    given(issued, blocked).when(reopen).thenNothing());
  it('moves the right to a credit card', () => {
    const moves = (event: CardEvent) => card.uniques?.([event], card.initialState);
    const creditCard = { index: 'credit', value: 'ada' };
    expect(moves(blockedBy)).toEqual({ claims: [], releases: [creditCard] });
    expect(moves(unblocked)).toEqual({ claims: [creditCard], releases: [] });
  });
});

describe('folding a corrupt stream', () => {
  it('throws', () => expect(() => given(blocked).thenState({ status: 'unissued' })).toThrow('CardBlocked'));
});
