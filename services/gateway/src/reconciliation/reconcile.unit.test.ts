import { majorUnits } from '@bankside/contracts';
import fc from 'fast-check';
import { readCsv } from './csv';
import { daysAfter, reconcile, type CashEntry } from './reconcile';
import type { StatementLine } from './statement';

const DAY = '2026-01-31';
const OF = { day: DAY, currency: 'EUR' };
const strict = { day: DAY, toleranceDays: 0 };

const keyOf = (position: number): string => `accounts/0/${String(position).padStart(12, '0')}`;
const entryOf = (position: number, amountCents: number, day = DAY): CashEntry => ({
  entry: keyOf(position),
  at: `${day}T10:00:00.000Z`,
  event: 'accounts.money-deposited.v1',
  amountCents,
});

/** Few amounts, so that many are equal. */
const cash = fc
  .array(
    fc.integer({ min: -3, max: 3 }).filter((cents) => cents !== 0),
    { minLength: 1, maxLength: 30 },
  )
  .map((amounts) => amounts.map((cents, index) => entryOf(index, cents)));

const HEADER = 'date,amount,currency,reference';
const exported = (entries: readonly CashEntry[], reference: (entry: CashEntry) => string): string =>
  [
    HEADER,
    ...entries.map((entry) => [DAY, majorUnits(entry.amountCents, 'EUR'), 'EUR', reference(entry)].join(',')),
  ].join('\r\n');

const entriesOf = (pairs: readonly Readonly<{ entry: CashEntry }>[]): readonly string[] =>
  pairs.map(({ entry }) => entry.entry).toSorted();

const sorted = (amounts: readonly Readonly<{ amountCents: number }>[]): readonly number[] =>
  amounts.map(({ amountCents }) => amountCents).toSorted((a, b) => a - b);

describe('a reconciliation', () => {
  it.each([
    ['keys of entries', ({ entry }: CashEntry) => entry, 'reference'],
    ['no references', () => '', 'amount-and-date'],
    ['references of the bank', ({ entry }: CashEntry) => `B-${entry}`, 'amount-and-date'],
  ])('of all entries with %s finds no difference', async (_, reference, rule) => {
    await fc.assert(
      fc.asyncProperty(cash, async (entries) => {
        const lines = await readCsv(exported(entries, reference), OF);
        const found = reconcile(entries, lines, strict);
        expect(entriesOf(found.matched)).toEqual(entries.map(({ entry }) => entry));
        expect(new Set(found.matched.map((one) => one.rule))).toEqual(new Set([rule]));
        expect([found.differing, found.onlyInJournal, found.onlyInStatement]).toEqual([[], [], []]);
      }),
    );
  });

  it('of a statement with keys finds exactly the lines that were removed, altered or added', async () => {
    const fate = fc.constantFrom('kept', 'removed', 'altered', 'doubled');
    await fc.assert(
      fc.asyncProperty(cash, fc.array(fate, { minLength: 30, maxLength: 30 }), async (entries, fates) => {
        const having = (one: string) => entries.filter((_, index) => fates[index] === one);
        const altered = having('altered').map((entry) => ({ ...entry, amountCents: entry.amountCents + 10 }));
        const kept = [...having('kept'), ...having('doubled')];
        const lines = await readCsv(
          exported([...having('doubled'), ...altered, ...kept], ({ entry }) => entry),
          OF,
        );
        const found = reconcile(entries, lines, strict);
        expect(entriesOf(found.matched)).toEqual(kept.map(({ entry }) => entry).toSorted());
        expect(entriesOf(found.differing)).toEqual(altered.map(({ entry }) => entry));
        expect(found.differing.every(({ differences }) => differences.join() === 'amount')).toBe(true);
        expect(found.onlyInJournal).toEqual(having('removed'));
        expect(found.onlyInStatement.map(({ reference }) => reference)).toEqual(
          having('doubled').map(({ entry }) => entry),
        );
      }),
    );
  });

  it('of a statement without references leaves as many of each amount as one side has more', async () => {
    await fc.assert(
      fc.asyncProperty(cash, cash, async (entries, others) => {
        const lines = await readCsv(
          exported(others, () => ''),
          OF,
        );
        const found = reconcile(entries, lines, strict);
        const surplus = (of: readonly CashEntry[], over: readonly CashEntry[]): readonly number[] =>
          [-3, -2, -1, 1, 2, 3].flatMap((cents) => {
            const [some, less] = [of, over].map(
              (all) => all.filter((one) => one.amountCents === cents).length,
            );
            return Array<number>(Math.max(0, some! - less!)).fill(cents);
          });
        expect(sorted(found.onlyInJournal)).toEqual(surplus(entries, others));
        expect(sorted(found.onlyInStatement)).toEqual(surplus(others, entries));
        expect(found.matched.length + found.onlyInJournal.length).toBe(entries.length);
      }),
    );
  });

  const line = (number: number, amountCents: number, reference?: string): StatementLine => ({
    line: number,
    amountCents,
    ...(reference !== undefined && { reference }),
  });
  const yesterday = entryOf(1, 500, daysAfter(DAY, -1));
  const today = entryOf(2, 500);

  it('shows a line that names an entry of the day before as one with another date', () => {
    const found = reconcile([yesterday], [line(2, 500, keyOf(1))], strict);
    expect(found.differing).toEqual([
      { entry: yesterday, line: line(2, 500, keyOf(1)), differences: ['date'] },
    ]);
  });

  it('does not list entries of other days as missing in the statement', () => {
    expect(reconcile([yesterday, today], [line(2, 500)], strict)).toMatchObject({
      matched: [{ entry: today, rule: 'amount-and-date' }],
      onlyInJournal: [],
      onlyInStatement: [],
    });
  });

  it.each([
    [0, [], [500]],
    [1, [yesterday], []],
  ])(
    'with a tolerance of %d days pairs a line with the day before accordingly',
    (toleranceDays, pairs, left) => {
      const found = reconcile([yesterday], [line(2, 500)], { day: DAY, toleranceDays });
      expect(found.matched.map(({ entry }) => entry)).toEqual(pairs);
      expect(sorted(found.onlyInStatement)).toEqual(left);
    },
  );

  it('prefers the same day to the day before', () => {
    const found = reconcile([yesterday, today], [line(2, 500)], { day: DAY, toleranceDays: 1 });
    expect(found.matched.map(({ entry }) => entry)).toEqual([today]);
  });

  it('does not give a line with the key of an unknown entry to another entry of the same amount', () => {
    const found = reconcile([today], [line(2, 500, keyOf(9))], { day: DAY, toleranceDays: 7 });
    expect([found.onlyInJournal, found.onlyInStatement]).toEqual([[today], [line(2, 500, keyOf(9))]]);
  });
});
