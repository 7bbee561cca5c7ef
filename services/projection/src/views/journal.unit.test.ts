import { ledgerAccounts } from '@bankside/contracts';
import { feedOf, foldAll, history, projectionSpec, type Fact } from '@bankside/projections/testing';
import type { Posting } from '../ledger/postings';
import { journal, type JournalEntry } from './journal';
import { journalHours, type JournalHour } from './journal-hours';

const given = projectionSpec(journal);
const holder = { customerId: 'ada', currency: 'EUR' };
const account = { ...holder, accountNumber: '1000000017' };
const card = { ...holder, cardNumber: '400000000006', limitCents: 500 };
const withdrawal = { ...account, withdrawalId: 'w', amountCents: 30, balanceCents: 0 };
const withdrawn = (paysFor: object): Fact => ({
  type: 'accounts.money-withdrawn.v1',
  data: { ...withdrawal, ...paysFor },
});
const payment = { ...holder, orderId: 'o1', amountCents: 30, payWith: { account: '1000000017' } };
const posted = (debit: string, credit: string) => ({
  postings: [
    { ledgerAccount: debit, amountCents: 30 },
    { ledgerAccount: credit, amountCents: -30 },
  ],
});
const FIRST = 'accounts/0/000000000001';

describe('the journal', () => {
  it('has one entry for each event, with its time, day, currency and references', () =>
    given({ ...withdrawn({ orderId: 'o1' }), at: '2026-01-31T23:59:59.999Z' }).see(FIRST, {
      entry: FIRST,
      at: '2026-01-31T23:59:59.999Z',
      day: '2026-01-31',
      event: 'accounts.money-withdrawn.v1',
      currency: 'EUR',
      references: ['ada', '1000000017', 'o1'],
      ledgerAccounts: ['customer-deposits', 'payments-in-transit'],
    }));

  it('posts a withdrawal to cash', () =>
    given(withdrawn({})).see(FIRST, posted('customer-deposits', 'cash')));

  it('keeps the money of an order in transit until its payment is captured', () => {
    const entries = given(withdrawn({ orderId: 'o1' }), {
      type: 'payments.payment-captured.v1',
      data: payment,
    });
    entries.see(FIRST, posted('customer-deposits', 'payments-in-transit'));
    entries.see('payments/0/000000000001', posted('payments-in-transit', 'shop-sales'));
  });

  it('returns the money of a cancelled withdrawal from where it was posted', () => {
    for (const paysFor of [{}, { orderId: 'o1' }, { cardNumber: '400000000006' }]) {
      const entries = given(withdrawn(paysFor), {
        type: 'accounts.withdrawal-cancelled.v1',
        data: { ...withdrawal, ...paysFor },
      });
      const where = Object.keys(paysFor).length === 0 ? 'cash' : 'payments-in-transit';
      entries.see(FIRST, posted('customer-deposits', where));
      entries.see('accounts/0/000000000002', {
        postings: [
          { ledgerAccount: 'customer-deposits', amountCents: -30 },
          { ledgerAccount: where, amountCents: 30 },
        ],
      });
    }
  });

  it('keeps the money of a card payment in transit until the card is credited', () => {
    const entries = given(withdrawn({ cardNumber: '400000000006' }), {
      type: 'cards.card-paid.v1',
      data: { ...card, paymentId: 'w', amountCents: 30, usedCents: 0, availableCents: 500 },
    });
    entries.see(FIRST, posted('customer-deposits', 'payments-in-transit'));
    entries.see('cards/0/000000000001', posted('payments-in-transit', 'card-receivables'));
  });
});

describe('an hour of the journal', () => {
  it('has the sums of its entries by account of the chart, and no others', () => {
    const hour = projectionSpec(journalHours)(
      { ...withdrawn({ orderId: 'o1' }), at: '2026-01-31T10:00:00.000Z' },
      { type: 'payments.payment-captured.v1', data: payment, at: '2026-01-31T10:59:59.999Z' },
      { ...withdrawn({}), at: '2026-01-31T11:00:00.000Z' },
    );
    const none = Object.fromEntries(ledgerAccounts.map((name) => [name, 0]));
    hour.see('EUR/2026-01-31T10', {
      entries: 2,
      balances: { ...none, 'customer-deposits': 30, 'shop-sales': -30 },
    });
    hour.see('EUR/2026-01-31T11', {
      entries: 1,
      balances: { ...none, 'customer-deposits': 30, cash: -30 },
    });
  });

  it('agrees with the entries of a whole history', () => {
    const events = feedOf(history(60));
    const sums = (documents: ReadonlyMap<string, object>, of: (document: object) => readonly Posting[]) => {
      const balances = new Map<string, number>();
      for (const { ledgerAccount, amountCents } of [...documents.values()].flatMap(of))
        balances.set(ledgerAccount, (balances.get(ledgerAccount) ?? 0) + amountCents);
      return balances;
    };
    const entries = sums(foldAll(journal, events), (entry) => (entry as JournalEntry).postings);
    expect(entries.size).toBe(ledgerAccounts.length);
    expect(
      sums(foldAll(journalHours, events), (hour) =>
        ledgerAccounts.map((ledgerAccount) => ({
          ledgerAccount,
          amountCents: (hour as JournalHour).balances[ledgerAccount],
        })),
      ),
    ).toEqual(entries);
  });
});
