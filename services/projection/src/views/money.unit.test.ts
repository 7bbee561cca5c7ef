import { type Fact, feedOf, foldAll, history, projectionSpec } from '@bankside/projections/testing';
import { bankTotals, type BankTotals } from './bank-totals';
import { monthlyTotals, type MonthlyTotals } from './monthly-totals';
import { statement, type StatementLine } from './statement';

const events = feedOf(history(60));
const lines = [...foldAll(statement, events).values()] as readonly StatementLine[];
const numbers = [...new Set(lines.map(({ number }) => number))];
const linesOf = (number: string) =>
  lines.filter((line) => line.number === number).sort((a, b) => (a.line < b.line ? -1 : 1));

const account = { accountNumber: '1000000017', customerId: 'ada', currency: 'EUR' };
const deposited: Fact = {
  type: 'accounts.money-deposited.v1',
  data: { ...account, depositId: 'd', amountCents: 70, balanceCents: 70 },
  at: '2026-01-31T23:59:59.999Z',
};
const withdrawn: Fact = {
  type: 'accounts.money-withdrawn.v1',
  data: { ...account, withdrawalId: 'w', orderId: 'o1', amountCents: 30, balanceCents: 40 },
  at: '2026-02-01T00:00:00.000Z',
};
const card = { cardNumber: '400000000006', customerId: 'ada', currency: 'EUR', limitCents: 500 };
const charged: Fact = {
  type: 'cards.card-charged.v1',
  data: { ...card, chargeId: 'c', amountCents: 20, usedCents: 20, availableCents: 480 },
};
const paid: Fact = {
  type: 'cards.card-paid.v1',
  data: { ...card, paymentId: 'p', amountCents: 20, usedCents: 0, availableCents: 500 },
};

describe('a statement', () => {
  it('has a line for each movement, with its sign and the balance after it', () => {
    const given = projectionSpec(statement)(deposited, withdrawn);
    given.see('1000000017/000000000001', {
      what: 'deposit',
      amountCents: 70,
      balanceCents: 70,
      customerId: 'ada',
    });
    given.see('1000000017/000000000002', {
      what: 'withdrawal',
      amountCents: -30,
      balanceCents: 40,
      orderId: 'o1',
    });
  });

  it('shows the debt on a card as a negative balance, and no debt as 0', () => {
    const given = projectionSpec(statement)(charged, paid);
    given.see('400000000006/000000000001', {
      kind: 'card',
      what: 'charge',
      amountCents: -20,
      balanceCents: -20,
    });
    given.see('400000000006/000000000002', { what: 'payment', amountCents: 20, balanceCents: 0 });
  });

  it('has in each balance the one before it plus the amount', () => {
    expect(numbers.length).toBeGreaterThan(1);
    for (const number of numbers) {
      const of = linesOf(number);
      const sums = of.map((_line, index) =>
        of.slice(0, index + 1).reduce((sum, line) => sum + line.amountCents, 0),
      );
      expect(of.map(({ balanceCents }) => balanceCents)).toEqual(sums);
    }
  });
});

describe('the totals of a month', () => {
  it('ends a month at midnight UTC', () => {
    const given = projectionSpec(monthlyTotals)(deposited, withdrawn);
    given.see('1000000017/2026-01', { inCents: 70, outCents: 0, lines: 1, closingCents: 70 });
    given.see('1000000017/2026-02', { inCents: 0, outCents: 30, lines: 1, closingCents: 40 });
  });

  it('has the sums of the lines of the statement', () => {
    const all = [...foldAll(monthlyTotals, events).values()];
    expect(all.length).toBeGreaterThan(1);
    for (const totals of all) {
      const { number, month, inCents, outCents, closingCents, lines: count } = totals as MonthlyTotals;
      const of = linesOf(number).filter(({ at }) => at.startsWith(month));
      const sum = (sign: number) =>
        of.reduce((cents, { amountCents }) => cents + (Math.sign(amountCents) === sign ? amountCents : 0), 0);
      expect({ count, inCents, outCents }).toEqual({
        count: of.length,
        inCents: sum(1),
        outCents: 0 - sum(-1),
      });
      expect(closingCents).toBe(of.at(-1)!.balanceCents);
    }
  });
});

describe('the totals of the bank', () => {
  const totals = foldAll(bankTotals, events).get('EUR') as BankTotals;

  it('account for all money that came in', () => {
    expect(totals.moneyInCents).toBeGreaterThan(0);
    expect(totals.moneyHeldCents + totals.moneySpentCents).toBe(totals.moneyInCents);
  });

  it('agree with the balances that the statements end with', () => {
    const last = numbers.map((number) => linesOf(number).at(-1)!);
    const held = (kind: string) =>
      last.filter((line) => line.kind === kind).reduce((sum, line) => sum + line.balanceCents, 0);
    expect(held('account')).toBe(totals.moneyHeldCents);
    expect(held('card')).toBe(-totals.cards.owedCents);
  });

  it('count grants, repayments, orders placed and confirmed, and captures', () =>
    expect(totals).toMatchObject({
      accounts: { opened: 5, closed: 1 },
      loans: { granted: 6, grantedCents: 3200, repaidCents: 1500, outstandingCents: 1700 },
      orders: { placed: 60, placedCents: 60_000, confirmed: 40, confirmedCents: 40_000 },
      payments: { authorizedCents: 60_000, capturedCents: 40_000, refundedCents: 1500 },
    }));
});
