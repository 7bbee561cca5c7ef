import { factsFrom, type Fact } from '../facts';
import type { Entry, Kind, Outcome } from '../ledger';
import { answerProblems } from './answers';
import { moneyProblems } from './money';
import { stockProblems } from './stock';

let revision = 0;
const fact = (where: `${string}/${string}`, type: string, data: object, key = 'k0'): Fact => ({
  service: where.split('/')[0]!,
  stream: where.split('/')[1]!,
  type,
  data: data as Fact['data'],
  revision: (revision += 1),
  commandId: `somebody/${key}`,
});
const order = (type: string, more: object = {}) => fact('orders/order-o1', type, { orderId: 'o1', ...more });
const placed = order('OrderPlaced', {
  totalCents: 30,
  payWith: { account: 'a1' },
  lines: [{ sku: 'cd-1', quantity: 2 }],
});
const account = (type: string, data: object, key?: string) => fact('accounts/account-a1', type, data, key);
const deposited = (depositId: string, balanceCents: number, key?: string) =>
  account('MoneyDeposited', { depositId, amountCents: 100, balanceCents }, key);
const paid = account('MoneyWithdrawn', {
  withdrawalId: 'o1',
  orderId: 'o1',
  amountCents: 30,
  balanceCents: 70,
});
const returned = account('WithdrawalCancelled', {
  withdrawalId: 'o1',
  orderId: 'o1',
  amountCents: 30,
  balanceCents: 100,
});
const captured = fact('payments/payment-o1', 'PaymentCaptured', { orderId: 'o1', amountCents: 30 });
const money = (...facts: readonly Fact[]) => moneyProblems(factsFrom(facts));

describe('money', () => {
  it('is right when a confirmed order took its total', () =>
    expect(money(placed, deposited('d1', 100), paid, captured, order('OrderConfirmed'))).toEqual([]));

  it('is right when a rejected order gave back what it took', () =>
    expect(money(placed, deposited('d1', 100), paid, returned, order('OrderRejected'))).toEqual([]));

  it('is missing when a confirmed order took nothing', () =>
    expect(money(placed, captured, order('OrderConfirmed'))).toEqual([
      'order o1 is to pay 30 cents and paid 0',
    ]));

  it('is missing when a rejected order kept it', () =>
    expect(money(placed, deposited('d1', 100), paid, order('OrderRejected'))).toEqual([
      'order o1 is to pay 0 cents and paid 30',
    ]));

  it('is doubled when a deposit is there twice', () =>
    expect(money(deposited('d1', 100), deposited('d1', 200))).toEqual([
      '2 times MoneyDeposited d1, in account-a1',
    ]));

  it('is wrong when a balance is not the sum of its events', () =>
    expect(money(deposited('d1', 100), deposited('d2', 150))).toEqual([
      expect.stringContaining('account-a1: counted 200'),
    ]));

  it('is overdrawn below zero', () =>
    expect(money(paid)).toContainEqual(expect.stringContaining('account-a1: -30 cents')));

  it('is lost when a card was paid with what never left the account', () =>
    expect(
      money(
        fact('cards/card-1', 'CardPaid', {
          paymentId: 'p1',
          amountCents: 5,
          usedCents: -5,
          availableCents: 15,
          limitCents: 10,
        }),
      ),
    ).toEqual(['card payment p1: 0 cents left the account, 5 arrived']));
});

describe('stock', () => {
  const stock = (type: string, quantity: number, onHand: number, reserved: number) =>
    fact('inventory/product-cd-1', type, { sku: 'cd-1', orderId: 'o1', quantity, onHand, reserved });
  const problems = (...facts: readonly Fact[]) => stockProblems(factsFrom(facts));
  const [added, reserved] = [stock('StockAdded', 5, 5, 0), stock('StockReserved', 2, 5, 2)];
  const committed = stock('StockCommitted', 2, 3, 0);

  it('is right when a confirmed order got its pieces', () =>
    expect(problems(placed, added, reserved, committed, order('OrderConfirmed'))).toEqual([]));

  it('is wrong when a rejected order got them', () =>
    expect(problems(placed, added, reserved, committed, order('OrderRejected'))).toEqual([
      'order o1 is to get 0 of cd-1 and got 2',
    ]));

  it('is wrong when pieces stay reserved, or more are reserved than there are', () => {
    expect(problems(added, reserved)).toEqual(['product-cd-1: 2 pieces are still reserved']);
    expect(problems(stock('StockReserved', 2, 0, 2))).toEqual([
      expect.stringContaining('0 on hand and 2 reserved'),
    ]);
  });

  it('is wrong when an event says something else', () =>
    expect(problems(stock('StockAdded', 5, 6, 0))).toEqual([expect.stringContaining('says otherwise')]));
});

describe('answers', () => {
  const entry = (kind: Kind, outcome: Outcome, answer: object = {}): Entry => ({
    command: { kind, method: 'POST', path: '/', body: {} },
    key: 'k1',
    outcome,
    answer: answer as Entry['answer'],
    tookMs: 1,
    unknowns: 0,
  });
  const problems = (one: Entry, ...facts: readonly Fact[]) => answerProblems([one], factsFrom(facts));
  const effect = deposited('d1', 100, 'k1');

  it('are kept when what was accepted is there once and what was refused is not', () => {
    expect(problems(entry('deposit', 'accepted'), effect)).toEqual([]);
    expect(problems(entry('deposit', 'refused'))).toEqual([]);
  });

  it.each([
    ['was accepted and is not there', entry('deposit', 'accepted'), []],
    ['was accepted and is there twice', entry('deposit', 'accepted'), [effect, effect]],
    ['was refused and is there', entry('deposit', 'refused'), [effect]],
    ['is unknown to the end', entry('deposit', 'unknown'), []],
    ['was a card payment that no card saw', entry('pay-card', 'accepted', { paymentId: 'p1' }), []],
    ['was a change of number that was not made', entry('change-number', 'accepted'), []],
  ])('are broken when something %s', (_what, one, facts) => expect(problems(one, ...facts)).toHaveLength(1));

  it('are broken when a card was paid and nobody was told', () =>
    expect(
      problems(entry('pay-card', 'refused'), fact('cards/card-1', 'CardPaid', { paymentId: 'p1' })),
    ).toEqual(['card payment p1 was made, and nobody was told so']));

  it('are broken while a change of number is open', () => {
    const changed = fact('customers/customer-c1', 'MobileNumberChanged', { changeId: 'x' });
    expect(problems(entry('change-number', 'refused'), changed)).toEqual([
      'change of number x is still open',
    ]);
  });
});
