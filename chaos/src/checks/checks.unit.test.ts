import type { AuditedEvent } from '@bankside/audit';
import { indexEvents } from '../stored-events';
import type { HistoryEntry, CommandKind, Outcome } from '../command-history';
import { answerProblems } from './answers';
import { moneyProblems } from './money';
import { stockProblems } from './stock';

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
  withdrawalId: 'o1',
  orderId: 'o1',
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
  const entry = (kind: CommandKind, outcome: Outcome, answer: object = {}): HistoryEntry => ({
    command: { kind, method: 'POST', path: '/', body: {} },
    key: 'k1',
    outcome,
    answer: answer as HistoryEntry['answer'],
    begunMs: 0,
    endedMs: 1,
    tookMs: 1,
    unknowns: 0,
  });
  const problems = (one: HistoryEntry, ...events: readonly AuditedEvent[]) =>
    answerProblems([one], indexEvents(events));
  const effect = deposited('d1', 100, 'k1');

  it('accepts one effect of an accepted command and none of a rejected one', () => {
    expect(problems(entry('deposit', 'accepted'), effect)).toEqual([]);
    expect(problems(entry('deposit', 'rejected'))).toEqual([]);
  });

  it.each([
    ['was accepted and had no effect', entry('deposit', 'accepted'), []],
    ['was accepted and took effect twice', entry('deposit', 'accepted'), [effect, effect]],
    ['was rejected and took effect', entry('deposit', 'rejected'), [effect]],
    ['has no known outcome', entry('deposit', 'unknown'), []],
    [
      'was an accepted card payment without a paid card',
      entry('pay-card', 'accepted', { paymentId: 'p1' }),
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
