import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contracts, ledgerAccounts, type LedgerAccount } from '@bankside/contracts';
import { feedOf, history } from '@bankside/projections/testing';
import fc from 'fast-check';
import { MOVES_NO_MONEY, postingRules, type Posting } from './postings';

const rules = postingRules as Readonly<Record<string, (data: object) => readonly Posting[]>>;
const schemas = Object.assign({}, ...Object.values(contracts)) as Readonly<
  Record<string, { shape: object; meta: () => { examples?: readonly unknown[] } | undefined }>
>;
const withAmount = Object.entries(schemas)
  .filter(([, { shape }]) => JSON.stringify(Object.keys(shape)).includes('Cents"'))
  .map(([type]) => type);

const sumOf = (postings: readonly Posting[]): number =>
  postings.reduce((sum, { amountCents }) => sum + amountCents, 0);

const amount = fc.nat(1_000_000_000);

describe('the postings of events', () => {
  it('exist for exactly the events with an amount that are not listed as moving no money', () => {
    expect(withAmount.length).toBeGreaterThan(10);
    const listed = Object.keys(MOVES_NO_MONEY);
    expect(listed.filter((type) => Object.hasOwn(rules, type))).toEqual([]);
    expect([...Object.keys(rules), ...listed].filter((type) => !Object.hasOwn(schemas, type))).toEqual([]);
    expect(withAmount.filter((type) => !Object.hasOwn(rules, type) && !listed.includes(type))).toEqual([]);
  });

  it.each(Object.keys(rules))('of %s sum to 0, whatever the amount and what it pays for', (type) => {
    const example = schemas[type]!.meta()!.examples![0] as object;
    const anyData = fc.record(
      {
        amountCents: amount,
        totalCents: amount,
        paidCents: amount,
        orderId: fc.uuid(),
        cardNumber: fc.uuid(),
      },
      { requiredKeys: ['amountCents', 'totalCents', 'paidCents'] },
    );
    fc.assert(
      fc.property(anyData, (data) => {
        const postings = rules[type]!({ ...example, orderId: undefined, cardNumber: undefined, ...data });
        expect(postings.length).toBeGreaterThan(1);
        expect(sumOf(postings)).toBe(0);
      }),
    );
  });

  it('are all documented', () => {
    const page = readFileSync(join(__dirname, '../../../../docs/journal.md'), 'utf8');
    const names = [...Object.keys(rules), ...Object.keys(MOVES_NO_MONEY), ...ledgerAccounts];
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the balances of the chart of accounts', () => {
  const last = {
    accounts: new Map<string, number>(),
    cards: new Map<string, number>(),
    loans: new Map<string, number>(),
  };
  const balances = new Map<LedgerAccount, number>(ledgerAccounts.map((name) => [name, 0]));
  const sums: number[] = [];
  for (const { type, data, source, subject } of feedOf(history(60))) {
    const { balanceCents, usedCents, outstandingCents } = data as Record<string, number | undefined>;
    const now = balanceCents ?? usedCents ?? outstandingCents;
    if (now !== undefined && Object.hasOwn(last, source)) last[source as keyof typeof last].set(subject, now);
    for (const { ledgerAccount, amountCents } of rules[type]?.(data as object) ?? [])
      balances.set(ledgerAccount, balances.get(ledgerAccount)! + amountCents);
    sums.push([...balances.values()].reduce((sum, cents) => sum + cents, 0));
  }
  const total = (of: ReadonlyMap<string, number>): number =>
    [...of.values()].reduce((sum, cents) => sum + cents, 0);

  it('sum to 0 after every event of a history', () => {
    expect(sums.length).toBeGreaterThan(500);
    expect(sums.filter((sum) => sum !== 0)).toEqual([]);
  });

  it('equal the balances of all accounts, the debts of all cards and those of all loans', () => {
    expect(total(last.accounts)).toBeGreaterThan(0);
    expect(balances.get('customer-deposits')).toBe(-total(last.accounts));
    expect(balances.get('card-receivables')).toBe(total(last.cards));
    expect(balances.get('loans-receivable')).toBe(total(last.loans));
  });
});
