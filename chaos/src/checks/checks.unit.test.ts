import type { AuditedEvent } from '@bankside/audit';
import { indexEvents } from '../stored-events';
import type { HistoryEntry, CommandKind, Outcome } from '../command-history';
import { responseProblems } from './responses';
import { observationsOf } from './histories';
import { moneyProblems } from './money';
import { stockProblems } from './stock';
import { limitProblems, statementProblems } from './transfers';

let revision = 0;
const event = (where: `${string}/${string}`, type: string, data: object, key = 'k0'): AuditedEvent => ({
  service: where.split('/')[0]!,
  stream: where.split('/')[1]!,
  type,
  data: data as AuditedEvent['data'],
  revision: (revision += 1),
  at: '2026-01-01T00:00:00.000Z',
  commandId: `caller/ada/${key}`,
});
const account = (type: string, data: object, key?: string) => event('accounts/account-a1', type, data, key);
const deposited = (depositId: string, balanceCents: number, key?: string) =>
  account('MoneyDeposited', { depositId, amountCents: 100, balanceCents }, key);
const paid = account('MoneyWithdrawn', {
  withdrawalId: 'w1',
  amountCents: 30,
  balanceCents: 70,
});
const money = (...events: readonly AuditedEvent[]) => moneyProblems(indexEvents(events));

describe('the check of money', () => {
  it('accepts a balance that is the sum of its events', () =>
    expect(money(deposited('d1', 100), paid)).toEqual([]));

  it('reports a deposit that was stored twice', () =>
    expect(money(deposited('d1', 100), deposited('d1', 200))).toEqual([
      '2 times MoneyDeposited d1, in account-a1',
    ]));

  it('reports a balance that is not the sum of its events', () =>
    expect(money(deposited('d1', 100), deposited('d2', 150))).toEqual([
      expect.stringContaining('account-a1: counted 200'),
    ]));

  it('reports a balance below zero', () =>
    expect(money(paid)).toContainEqual(expect.stringContaining('account-a1: -30 cents')));

  const granted = event('loans/loan-l1', 'LoanGranted', {
    loanNumber: 'l1',
    totalCents: 100,
    outstandingCents: 100,
    payOutTo: 'a1',
  });
  const paidOut = account('MoneyDeposited', {
    depositId: 'loan-l1',
    loanNumber: 'l1',
    amountCents: 100,
    balanceCents: 100,
  });
  const repaid = (outstandingCents: number) =>
    event('loans/loan-l1', 'LoanRepaid', {
      loanNumber: 'l1',
      repaymentId: 'r1',
      amountCents: 30,
      outstandingCents,
    });
  const cancelled = event('loans/loan-l1', 'LoanCancelled', {
    loanNumber: 'l1',
    amountCents: 100,
    outstandingCents: 0,
  });

  it('accepts a loan that is paid out and repaid in part, and one that is cancelled', () => {
    expect(money(granted, paidOut, repaid(70))).toEqual([]);
    expect(money(granted, cancelled)).toEqual([]);
  });

  it.each([
    ['a loan that owes another amount', [granted, paidOut, repaid(80)], 'counted 70 owed'],
    ['a loan whose money is not on its account', [granted], 'loans paid out to accounts: 100 cents'],
    ['a cancelled loan whose money is on its account', [granted, paidOut, cancelled], '-100 cents'],
    [
      'a transfer that left one account only',
      [
        deposited('d1', 100),
        account('MoneyWithdrawn', {
          withdrawalId: 't1',
          transferId: 't1',
          amountCents: 40,
          balanceCents: 60,
        }),
      ],
      'transfers: 40 cents left and did not arrive',
    ],
  ])('reports %s', (_what, events, text) =>
    expect(money(...events)).toEqual([expect.stringContaining(text)]),
  );
});

describe('the check of transfers', () => {
  const requested = event('accounts/transfer-t1', 'TransferRequested', {
    transferId: 't1',
    fromAccount: 'a1',
    toAccount: 'a2',
    amountCents: 40,
  });
  const [completed, rejected] = ['TransferCompleted', 'TransferRejected'].map((type) =>
    event('accounts/transfer-t1', type, { transferId: 't1' }),
  ) as [AuditedEvent, AuditedEvent];
  const line = (number: string, what: string, amountCents: number) =>
    ({ number, what, amountCents, counterparty: number === 'a1' ? 'a2' : 'a1' }) as never;
  const [out, back, into] = [
    line('a1', 'transfer', -40),
    line('a1', 'transfer-cancelled', 40),
    line('a2', 'transfer', 40),
  ];
  const problems = (events: readonly AuditedEvent[], lines: readonly never[], id = 't1') =>
    statementProblems(indexEvents(events), new Map([[id, lines]]));

  it('accepts one line in each statement, no line, and one that was cancelled', () => {
    expect(problems([requested, completed], [out, into])).toEqual([]);
    expect(problems([requested, rejected], [])).toEqual([]);
    expect(problems([requested, rejected], [out, back])).toEqual([]);
  });

  it.each([
    ['has not ended', [requested], [out, into], 'ended 0 times'],
    ['has ended twice', [requested, completed, rejected], [out, into], 'ended 2 times'],
    ['is missing in the statement of its recipient', [requested, completed], [out], "the recipient's []"],
    ['is twice in a statement', [requested, completed], [out, into, into], 'transfer 40 a1, transfer 40 a1'],
    ['was rejected and arrived', [requested, rejected], [out, back, into], 'is rejected'],
    ['was rejected and did not return', [requested, rejected], [out], 'is rejected'],
  ])('reports a transfer that %s', (_what, events, lines, text) =>
    expect(problems(events, lines)).toEqual([expect.stringContaining(text)]),
  );

  it('reports a line of a transfer that was not requested', () =>
    expect(problems([], [into], 't9')).toEqual(['a statement has transfer t9, which was not requested']));

  const sent = (amountCents: number, sentOn: string, type = 'MoneyWithdrawn') =>
    account(type, { transferId: 't1', withdrawalId: 't1', amountCents, sentOn });
  const limits = (...events: readonly AuditedEvent[]) => limitProblems(indexEvents(events), 100);

  it('accepts transfers up to the limit of each day, less those that returned', () =>
    expect(
      limits(
        sent(100, '2026-01-01'),
        sent(90, '2026-01-02'),
        sent(90, '2026-01-02', 'WithdrawalCancelled'),
        sent(100, '2026-01-02'),
      ),
    ).toEqual([]));

  it('reports transfers above the limit of a day, and one without a day', () => {
    expect(limits(sent(60, '2026-01-01'), sent(41, '2026-01-01'))).toEqual([
      expect.stringContaining('101 cents sent'),
    ]);
    expect(limits(account('MoneyWithdrawn', { transferId: 't1', amountCents: 1 }))).toHaveLength(1);
  });
});

describe('the check of stock', () => {
  const stock = (type: string, quantity: number, onHand: number, reserved: number) =>
    event('inventory/product-cd-1', type, { sku: 'cd-1', orderId: 'o1', quantity, onHand, reserved });
  const problems = (...events: readonly AuditedEvent[]) => stockProblems(indexEvents(events));
  const [added, reserved] = [stock('StockAdded', 5, 5, 0), stock('StockReserved', 2, 5, 2)];
  const committed = stock('StockCommitted', 2, 3, 0);

  it('accepts pieces that were reserved and left the stock', () =>
    expect(problems(added, reserved, committed)).toEqual([]));

  it('counts pieces that came back, but not those that were written off', () => {
    const sold = [added, reserved, committed];
    expect(problems(...sold, stock('StockReturned', 1, 4, 0), stock('StockWrittenOff', 1, 4, 0))).toEqual([]);
    expect(problems(...sold, stock('StockWrittenOff', 1, 4, 0))).toHaveLength(1);
  });

  it('reports reservations that remain and reservations above the stock', () => {
    expect(problems(added, reserved)).toEqual(['product-cd-1: 2 pieces are still reserved']);
    expect(problems(stock('StockReserved', 2, 0, 2))).toEqual([
      expect.stringContaining('0 on hand and 2 reserved'),
    ]);
  });

  it('reports an event with another quantity on hand', () =>
    expect(problems(stock('StockAdded', 5, 6, 0))).toEqual([expect.stringContaining('differs')]));
});

describe('the check of responses', () => {
  const entry = (
    kind: CommandKind,
    outcome: Outcome,
    response: object = {},
    body: object = {},
  ): HistoryEntry => ({
    command: { kind, method: 'POST', path: '/', body },
    key: 'k1',
    outcome,
    response: response as HistoryEntry['response'],
    begunMs: 0,
    endedMs: 1,
    tookMs: 1,
    unknowns: 0,
  });
  const problems = (one: HistoryEntry, ...events: readonly AuditedEvent[]) =>
    responseProblems([one], indexEvents(events));
  const effect = deposited('d1', 100, 'k1');

  it('accepts one effect of an accepted command and none of a rejected one', () => {
    expect(problems(entry('deposit', 'accepted'), effect)).toEqual([]);
    expect(problems(entry('deposit', 'rejected'))).toEqual([]);
  });

  it.each([
    ['had another amount', entry('deposit', 'accepted', {}, { amountCents: 7 }), [effect]],
    ['was accepted and had no effect', entry('deposit', 'accepted'), []],
    ['was accepted and took effect twice', entry('deposit', 'accepted'), [effect, effect]],
    ['was rejected and took effect', entry('deposit', 'rejected'), [effect]],
    ['has no known outcome', entry('deposit', 'unknown'), []],
    [
      'was an accepted card payment without a paid card',
      entry('pay-card', 'accepted', { paymentId: 'p1' }),
      [],
    ],
    [
      'was an accepted transfer that did not complete',
      entry('transfer', 'accepted', { transferId: 't1' }),
      [event('accounts/transfer-t1', 'TransferRequested', { transferId: 't1' }, 'k1')],
    ],
    [
      'was a rejected transfer that completed',
      entry('transfer', 'rejected'),
      [event('accounts/transfer-t1', 'TransferCompleted', { transferId: 't1' })],
    ],
    [
      'was an accepted repayment of a loan that was not repaid',
      entry('repay-loan-from-account', 'accepted', { repaymentId: 'r1' }),
      [],
    ],
    ['was an accepted number change that was never settled', entry('change-number', 'accepted'), []],
  ])('reports a command that %s', (_what, one, events) => expect(problems(one, ...events)).toHaveLength(1));

  const requested = event('orders/order-o1', 'CancellationRequested', { cancellationId: 'n1' }, 'k1');
  const cancelled = event('orders/order-o1', 'OrderCancelled', { cancellationId: 'n1' });
  it('accepts a cancellation that happened, and one that came too late', () => {
    expect(problems(entry('cancel-order', 'accepted'), requested, cancelled)).toEqual([]);
    expect(problems(entry('cancel-order', 'rejected'), requested)).toEqual([]);
  });
  it('reports a cancellation whose response is not true', () => {
    expect(problems(entry('cancel-order', 'accepted'), requested)).toHaveLength(1);
    expect(problems(entry('cancel-order', 'rejected'), requested, cancelled)).toHaveLength(1);
  });

  it('reports a card payment without an accepted request', () =>
    expect(
      problems(entry('pay-card', 'rejected'), event('cards/card-1', 'CardPaid', { paymentId: 'p1' })),
    ).toEqual(['card payment p1 was made, but no request for it was accepted']));
});

describe('the accounts that a command has written', () => {
  const entry = (kind: CommandKind, rest: Partial<HistoryEntry>): HistoryEntry => ({
    command: { kind, method: 'POST', path: '/', body: {} },
    key: 'k1',
    outcome: 'accepted',
    response: {},
    begunMs: 1,
    endedMs: 2,
    tookMs: 1,
    unknowns: 0,
    ...rest,
  });
  const at = (one: number, of: AuditedEvent): AuditedEvent => ({ ...of, revision: one });
  const ofAccount = (name: string, type: string, data: object, key = 'k1') =>
    event(`accounts/account-${name}`, type, data, key);
  const written = (one: HistoryEntry, ...events: readonly AuditedEvent[]) =>
    observationsOf({ accounts: [], money: [], orders: [], past: [] }, [one], indexEvents(events)).map(
      ({ register, revision, action }) => `${action} ${register}@${revision}`,
    );
  const moved = [
    at(5, ofAccount('a1', 'MoneyWithdrawn', { withdrawalId: 't1' })),
    at(3, ofAccount('a2', 'MoneyDeposited', { depositId: 't1' })),
  ];
  const response = { transferId: 't1' };

  it('are both accounts of a transfer, by its token or by its movements', () => {
    const both = ['write account-a1@5', 'write account-a2@3'];
    const token = 'accounts/account-a1@5, accounts/account-a2@3, accounts/transfer-t1@2';
    expect(written(entry('transfer', { token }))).toEqual(both);
    expect(written(entry('transfer', { response }), ...moved)).toEqual(both);
    expect(written(entry('transfer', { response, token }), ...moved)).toEqual(both);
  });

  it('are those of the token where the movements differ, so that a wrong token is found', () =>
    expect(written(entry('transfer', { response, token: 'accounts/account-a1@6' }), ...moved)).toEqual([
      'write account-a1@6',
      'write account-a2@3',
    ]));

  it('are none of a rejected command', () =>
    expect(written(entry('transfer', { response, outcome: 'rejected' }), ...moved)).toEqual([]));

  it('are read by a command that changes nothing', () => {
    const freeze = entry('freeze-account', { token: 'accounts/account-a1@5' });
    expect(written(freeze, at(5, ofAccount('a1', 'AccountFrozen', {})))).toEqual(['write account-a1@5']);
    expect(written(freeze, at(5, ofAccount('a1', 'AccountFrozen', {}, 'k0')))).toEqual(['read account-a1@5']);
  });
});
