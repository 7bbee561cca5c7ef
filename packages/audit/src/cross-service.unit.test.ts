import { crossServiceAudit } from './cross-service';
import type { AuditedEvent } from './audited-event';

let revision = 0;
const event = (
  where: `${string}/${string}`,
  type: string,
  data: object,
  commandId = 'saga/s/step',
): AuditedEvent => ({
  service: where.split('/')[0]!,
  stream: where.split('/')[1]!,
  type,
  data: data as AuditedEvent['data'],
  revision: (revision += 1),
  at: '2026-01-01T00:00:00.000Z',
  commandId,
});
const audited = (...events: readonly AuditedEvent[]) => {
  const audit = crossServiceAudit();
  for (const one of events) audit.add(one);
  return audit;
};
const unsettled = (...events: readonly AuditedEvent[]) =>
  audited(...events)
    .unsettled()
    .map(({ is, problem }) => `${is}: ${problem}`);

describe('the audit of an order across services', () => {
  const about = { orderId: 'o1', currency: 'EUR' };
  const order = (type: string, more: object = {}) => event('orders/order-o1', type, { ...about, ...more });
  const lines = [
    { sku: 'cd-1', quantity: 2 },
    { sku: 'cd-1', quantity: 1 },
  ];
  const placed = order('OrderPlaced', { totalCents: 30, payWith: { account: 'a1' }, lines });
  const stock = (type: string, quantity = 3) =>
    event('inventory/product-cd-1', type, { orderId: 'o1', sku: 'cd-1', quantity });
  const money = (type: string, amountCents = 30, more: object = {}) =>
    event('accounts/account-a1', type, {
      ...about,
      accountNumber: 'a1',
      withdrawalId: 'o1',
      amountCents,
      ...more,
    });
  const payment = (type: string, more: object = {}) =>
    event('payments/payment-o1', type, { ...about, amountCents: 30, ...more });
  const steps = [
    stock('StockReserved'),
    payment('PaymentAuthorized'),
    money('MoneyWithdrawn'),
    payment('PaymentCaptured'),
    stock('StockCommitted'),
  ];
  const [reserved, authorized, withdrawn, captured, committed] = steps as [
    AuditedEvent,
    AuditedEvent,
    AuditedEvent,
    AuditedEvent,
    AuditedEvent,
  ];
  const undone = [money('WithdrawalCancelled'), payment('PaymentVoided'), stock('StockReleased')];
  const confirmed = order('OrderConfirmed');
  const rejected = order('OrderRejected');
  const without = (left: AuditedEvent) => [placed, ...steps.filter((step) => step !== left), confirmed];

  it('settles a confirmed order with all its steps, also if one service is read after the other', () => {
    const events = [placed, ...steps, confirmed];
    expect(unsettled(...events)).toEqual([]);
    const serviceByService = events.toSorted((one, other) => other.service.localeCompare(one.service));
    expect(unsettled(...serviceByService)).toEqual([]);
    expect(audited(...events).settled().order).toBe(1);
  });

  it('settles a rejected order whose steps are undone', () =>
    expect(unsettled(placed, reserved, authorized, withdrawn, ...undone, rejected)).toEqual([]));

  it('settles a confirmed order that costs nothing', () => {
    const free = order('OrderPlaced', { totalCents: 0, payWith: { account: 'a1' }, lines });
    const nothing = { amountCents: 0 };
    expect(
      unsettled(
        free,
        reserved,
        payment('PaymentAuthorized', nothing),
        payment('PaymentCaptured', nothing),
        committed,
        confirmed,
      ),
    ).toEqual([]);
  });

  it('keeps a placed order open until it ends', () =>
    expect(unsettled(placed, reserved, withdrawn)).toEqual(['open: order o1 is placed and not ended']));

  it.each([
    [
      'its withdrawal',
      without(withdrawn),
      'wrong: order o1 is confirmed, but 0 cents left account a1 EUR, and 30 are due',
    ],
    [
      'its capture',
      without(captured),
      'wrong: order o1 is confirmed, but its payment has captured nothing, and 30 EUR is due',
    ],
    [
      'its commitment of stock',
      without(committed),
      'wrong: order o1 is confirmed, but 0 of cd-1 left the stock, and 3 are due',
    ],
    [
      'the right amount',
      [...without(withdrawn), money('MoneyWithdrawn', 29)],
      'wrong: order o1 is confirmed, but 29 cents left account a1 EUR, and 30 are due',
    ],
    [
      'the right currency',
      [...without(withdrawn), money('MoneyWithdrawn', 30, { currency: 'RON' })],
      'wrong: order o1 is confirmed, but 0 cents left account a1 EUR, and 30 are due',
    ],
    [
      'the account that it names',
      [...without(withdrawn), money('MoneyWithdrawn', 30, { accountNumber: 'a2' })],
      'wrong: order o1 is confirmed, but 0 cents left account a1 EUR, and 30 are due',
    ],
    [
      'a capture of its amount',
      [...without(captured), payment('PaymentCaptured', { amountCents: 3 })],
      'wrong: order o1 is confirmed, but its payment has captured 3 EUR, and 30 EUR is due',
    ],
  ])('reports a confirmed order without %s', (_what, events, problem) =>
    expect(unsettled(...events)).toEqual([problem]),
  );

  it.each([
    ['its money', withdrawn, 'wrong: order o1 is rejected, but 30 cents left account a1 EUR, and 0 are due'],
    ['its pieces', reserved, 'wrong: order o1 is rejected, but 3 of cd-1 are still reserved'],
    ['an authorized payment', authorized, 'wrong: order o1 is rejected, but its payment still holds 30 EUR'],
    [
      'a captured payment',
      captured,
      'wrong: order o1 is rejected, but its payment has captured 30 EUR, and nothing is due',
    ],
  ])('reports a rejected order that has kept %s', (_what, step, problem) =>
    expect(unsettled(placed, step, rejected)).toEqual([problem]),
  );

  it('reports a withdrawal for an order that was never placed', () =>
    expect(unsettled(withdrawn)).toEqual([
      'unfounded: order o1: 30 cents left account a1 EUR, and 0 are due',
    ]));

  it('reports a second withdrawal after the order was settled', () =>
    expect(unsettled(placed, ...steps, confirmed, money('MoneyWithdrawn'))).toEqual([
      'unfounded: order o1: 30 cents left account a1 EUR, and 0 are due',
    ]));

  it('names the last event', () =>
    expect(audited(withdrawn).unsettled()[0]!.last).toBe(`accounts account-a1@${withdrawn.revision}`));
});

describe('the audit of a card payment across services', () => {
  const withdrawal = (type: string, commandId?: string) =>
    event(
      'accounts/account-a1',
      type,
      { withdrawalId: 'p1', amountCents: 5, currency: 'EUR', accountNumber: 'a1' },
      commandId,
    );
  const paid = (amountCents: number, currency = 'EUR') =>
    event('cards/card-1', 'CardPaid', { paymentId: 'p1', amountCents, currency });

  it('settles money that has left the account and reached the card, or has come back', () => {
    expect(unsettled(withdrawal('MoneyWithdrawn'), paid(5))).toEqual([]);
    expect(unsettled(withdrawal('MoneyWithdrawn'), withdrawal('WithdrawalCancelled'))).toEqual([]);
  });

  it('requires nothing for a withdrawal that a person made', () =>
    expect(unsettled(withdrawal('MoneyWithdrawn', 'caller/ada/k1'))).toEqual([]));

  it.each([
    [
      'money that reached no card',
      [withdrawal('MoneyWithdrawn')],
      '5 cents EUR left the account, 0 reached the card',
    ],
    ['money that left no account', [paid(5)], '0 cents EUR left the account, 5 reached the card'],
    [
      'another amount',
      [withdrawal('MoneyWithdrawn'), paid(4)],
      '5 cents EUR left the account, 4 reached the card',
    ],
    [
      'another currency',
      [withdrawal('MoneyWithdrawn'), paid(5, 'RON')],
      '5 cents EUR left the account, 0 reached the card',
    ],
  ])('reports %s', (_what, events, problem) =>
    expect(unsettled(...events)).toEqual([`wrong: card payment p1: ${problem}`]),
  );
});

describe('the audit of a change of a mobile number across services', () => {
  const about = { changeId: 'n1', customerId: 'c1' };
  const customers = (type: string, more: object = {}) =>
    event('customers/customer-c1', type, { ...about, ...more });
  const reply = (service: string, type: string) => event(`${service}/number-change-n1`, type, about);
  const changed = customers('MobileNumberChanged', { style: 'choreography' });
  const settled = customers('MobileNumberChangeSettled');
  const rolledBack = customers('MobileNumberRolledBack');
  const acknowledged = ['accounts', 'cards', 'loans'].map((name) => reply(name, 'NumberChangeAcknowledged'));
  const replies = [
    acknowledged[0]!,
    reply('cards', 'NumberChangeRejected'),
    reply('accounts', 'NumberChangeRolledBack'),
  ];

  it('settles a change that all services acknowledged, also if customers is read first', () => {
    expect(unsettled(changed, ...acknowledged, settled)).toEqual([]);
    expect(unsettled(changed, settled, ...acknowledged)).toEqual([]);
  });

  it('settles a change that all services rolled back, also if customers is read first', () => {
    expect(unsettled(changed, ...replies, rolledBack)).toEqual([]);
    expect(unsettled(changed, rolledBack, ...replies)).toEqual([]);
  });

  it('settles a change by a saga without replies, and one whose customer has left', () => {
    expect(unsettled(customers('MobileNumberChanged'), settled)).toEqual([]);
    const left = event('customers/customer-c1', 'CustomerDeactivated', { customerId: 'c1' });
    expect(unsettled(changed, acknowledged[0]!, left)).toEqual([]);
    const other = event('customers/customer-c2', 'CustomerDeactivated', { customerId: 'c2' });
    expect(unsettled(changed, other)).toHaveLength(1);
  });

  it.each([
    ['open: the change of number n1 is neither settled nor rolled back', [changed, ...acknowledged]],
    [
      'wrong: the change of number n1 is rolled back, but accounts has acknowledged it',
      [changed, acknowledged[0]!, rolledBack],
    ],
    [
      'wrong: the change of number n1 is settled, but cards has rejected it',
      [changed, acknowledged[0]!, replies[1]!, settled],
    ],
    [
      'wrong: the change of number n1 is settled, but loans has not acknowledged it',
      [changed, ...acknowledged.slice(0, 2), settled],
    ],
    ['wrong: the change of number n1 is both settled and rolled back', [changed, settled, rolledBack]],
    [
      'unfounded: the change of number n1 is not open in customers, but accounts has acknowledged it',
      [acknowledged[0]!],
    ],
  ])('reports: %s', (problem, events) => expect(unsettled(...events)).toEqual([problem]));
});

describe('the audit of a return across services', () => {
  const of = { orderId: 'o1', customerId: 'ada', returnId: 'r1' };
  const orders = (type: string, data: object = {}) => event('orders/order-o1', type, { ...of, ...data });
  const lines = [
    { sku: 'cd-1', quantity: 2, writeOff: false },
    { sku: 'cd-1', quantity: 1, writeOff: true },
  ];
  const accepted = orders('ReturnAccepted', { lines, refundCents: 300 });
  const [completed, rejected] = [orders('ReturnCompleted'), orders('ReturnRejected')];
  const refund = { orderId: 'o1', refundId: 'r1', amountCents: 300 };
  const refunded = event('payments/payment-o1', 'PaymentRefunded', refund);
  const credited = event('accounts/account-a1', 'RefundCredited', refund);
  const held = event('payments/payment-o1', 'RefundHeld', refund);
  const stock = (type: string, quantity: number) =>
    event('inventory/product-cd-1', type, { ...of, sku: 'cd-1', quantity });
  const pieces = [stock('StockReturned', 2), stock('StockWrittenOff', 1)];

  it.each([
    ['credited', [accepted, refunded, credited, ...pieces, completed]],
    ['credited, with orders read last', [refunded, credited, ...pieces, accepted, completed]],
    ['held', [accepted, refunded, held, ...pieces, completed]],
    ['rejected', [accepted, rejected]],
    ['free', [orders('ReturnAccepted', { lines, refundCents: 0 }), ...pieces, completed]],
    [
      'paid out much later',
      [accepted, refunded, held, ...pieces, completed, event('payments/payment-o1', 'RefundPaidOut', refund)],
    ],
  ])('settles one that is %s', (_how, events) => expect(unsettled(...events)).toEqual([]));
  it.each([
    ['open: return r1 is accepted and not ended', [accepted, refunded]],
    [
      'wrong: return r1 is completed, but 0 cents credited or held, and 300 are due',
      [accepted, refunded, ...pieces, completed],
    ],
    [
      'wrong: return r1 is completed, but 600 cents credited or held, and 300 are due',
      [accepted, refunded, credited, held, ...pieces, completed],
    ],
    [
      'wrong: return r1 is completed, but 0 pieces of cd-1 written off, and 1 are due',
      [accepted, refunded, credited, pieces[0]!, completed],
    ],
    [
      'wrong: return r1 is rejected, but 300 cents refunded by the payment, and 0 are due',
      [accepted, refunded, rejected],
    ],
    ['wrong: return r1 is completed without having been accepted', [completed]],
    ['unfounded: return r1 was not accepted, but 2 pieces of cd-1 restocked, and 0 are due', [pieces[0]!]],
  ])('finds: %s', (problem, events) => expect(unsettled(...events)).toEqual([problem]));
});

describe('the audit of a closure across services', () => {
  const OWNERS = ['accounts', 'cards', 'loans', 'orders'];
  const closure = { customerId: 'ada', closureId: 'l1' };
  const customer = (type: string) => event('customers/customer-ada', type, closure);
  const [leaving, staying, deactivated] = [
    customer('CustomerLeaving'),
    customer('CustomerStaying'),
    customer('CustomerDeactivated'),
  ];
  const all = (type: string) => OWNERS.map((owner) => event(`${owner}/block-ada`, type, closure));
  const account = (type: string, amountCents?: number) =>
    event('accounts/account-a1', type, { ...closure, ...(amountCents !== undefined && { amountCents }) });
  const payout = [account('MoneyWithdrawn', 700), account('AccountClosed')];
  const [blocked, unblocked] = [all('CustomerBlocked'), all('CustomerUnblocked')];

  it('settles a customer who has left, with a payout', () =>
    expect(unsettled(leaving, ...blocked, ...payout, deactivated)).toEqual([]));
  it('settles a customer who stays, once everything is undone', () =>
    expect(
      unsettled(
        leaving,
        ...blocked,
        ...payout,
        account('AccountReopened'),
        account('WithdrawalCancelled', 700),
        ...unblocked,
        staying,
      ),
    ).toEqual([]));
  it.each([
    ['open: the closure l1 has not ended', [leaving, ...blocked]],
    [
      'wrong: the closure l1 is complete, but 3 of 4 services block the customer',
      [leaving, ...blocked.slice(1), deactivated],
    ],
    [
      'wrong: the closure l1 is complete, but cards has unblocked the customer',
      [leaving, ...blocked, unblocked[1]!, deactivated],
    ],
    [
      'wrong: the closure l1 is reversed, but orders still blocks the customer',
      [leaving, ...blocked, ...unblocked.slice(0, 3), staying],
    ],
    [
      'wrong: the closure l1 is reversed, but 700 cents are paid out',
      [leaving, ...blocked, ...payout, account('AccountReopened'), ...unblocked, staying],
    ],
    [
      'wrong: the closure l1 is reversed, but 1 of what it closed is not reopened',
      [leaving, ...blocked, account('AccountClosed'), ...unblocked, staying],
    ],
    [
      'unfounded: the closure l1 is unknown to customers, but something was blocked, closed or paid out',
      payout,
    ],
  ])('finds: %s', (problem, events) => expect(unsettled(...events)).toEqual([problem]));
});

describe('the audit of a transfer', () => {
  const about = { transferId: 't1', currency: 'EUR', amountCents: 30 };
  const transfer = (type: string) => event('accounts/transfer-t1', type, about);
  const account = (number: string, type: string, amountCents = 30) =>
    event(`accounts/account-${number}`, type, { ...about, amountCents, withdrawalId: 't1' });
  const requested = transfer('TransferRequested');
  const withdrawn = account('a1', 'MoneyWithdrawn');
  const deposited = account('a2', 'MoneyDeposited');

  it('settles a completed transfer whose money arrived, and a rejected one whose money returned', () => {
    expect(unsettled(requested, withdrawn, deposited, transfer('TransferCompleted'))).toEqual([]);
    const returned = account('a1', 'WithdrawalCancelled');
    const all = [requested, withdrawn, returned, transfer('TransferRejected')];
    expect(unsettled(...all)).toEqual([]);
    expect(audited(...all).settled().transfer).toBe(1);
  });

  it('keeps a requested transfer open until it ends', () =>
    expect(unsettled(requested, withdrawn)).toEqual(['open: transfer t1 is requested and not ended']));

  it.each([
    [
      'that arrived without having left',
      [requested, deposited, transfer('TransferCompleted')],
      'wrong: transfer t1 is completed, but 0 cents EUR left one account, 30 reached the other',
    ],
    [
      'that is lost',
      [requested, withdrawn, transfer('TransferRejected')],
      'wrong: transfer t1 is rejected, but 30 cents EUR left one account, 0 reached the other',
    ],
    [
      'of another amount',
      [
        requested,
        account('a1', 'MoneyWithdrawn', 3),
        account('a2', 'MoneyDeposited', 3),
        transfer('TransferCompleted'),
      ],
      'wrong: transfer t1 is completed, but moved 3 cents, and 30 are due',
    ],
    [
      'that nothing requested',
      [withdrawn],
      'unfounded: transfer t1 moves money without having been requested',
    ],
  ])('reports money %s', (_what, events, problem) => expect(unsettled(...events)).toEqual([problem]));
});

describe('the audit of a loan', () => {
  const about = { loanNumber: 'l1', currency: 'EUR' };
  const loan = (type: string, more: object = {}) => event('loans/loan-l1', type, { ...about, ...more });
  const granted = loan('LoanGranted', { totalCents: 30, payOutTo: 'a1' });
  const deposited = event('accounts/account-a1', 'MoneyDeposited', {
    ...about,
    depositId: 'loan-l1',
    amountCents: 30,
  });

  it('settles a loan whose money is on the account, and a cancelled one without money', () => {
    expect(unsettled(deposited, granted, loan('LoanPaidOut'))).toEqual([]);
    expect(unsettled(granted, loan('LoanCancelled', { amountCents: 30 }))).toEqual([]);
  });

  it('ignores a loan that is paid out in cash', () =>
    expect(unsettled(loan('LoanGranted', { totalCents: 30 }))).toEqual([]));

  it('reports a payout that is missing, or that nothing granted', () => {
    expect(unsettled(granted, loan('LoanPaidOut'))).toEqual([
      'wrong: payout loan-l1 is paid out, but the account got nothing, and 30 EUR is due',
    ]);
    expect(unsettled(deposited)).toEqual(['unfounded: payout loan-l1 pays a loan that was not granted']);
    expect(unsettled(granted)).toEqual(['open: payout loan-l1 is granted and not ended']);
  });

  it('reports a repayment that left the account and did not reach the loan', () => {
    const withdrawn = event('accounts/account-a1', 'MoneyWithdrawn', {
      ...about,
      withdrawalId: 'r1',
      amountCents: 5,
    });
    expect(unsettled(withdrawn)).toEqual([
      'wrong: loan repayment r1: 5 cents EUR left the account, 0 reached the loan',
    ]);
    const repaid = loan('LoanRepaid', { repaymentId: 'r1', amountCents: 5, fromAccount: 'a1' });
    expect(unsettled(withdrawn, repaid)).toEqual([]);
  });
});
