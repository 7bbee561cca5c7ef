import { utcDayOf, groupBy } from '@bankside/std';
import { isEntryKey, type StatementLine } from './statement';

/** An entry of the journal with what it moved in cash. */
export type CashEntry = Readonly<{ entry: string; at: string; event: string; amountCents: number }>;

type MatchingRule = 'reference' | 'amount-and-date';
type Pair = Readonly<{ entry: CashEntry; line: StatementLine }>;
type Matched = Pair & Readonly<{ rule: MatchingRule }>;
type Differing = Pair & Readonly<{ differences: readonly ('amount' | 'date')[] }>;

type Reconciled = Readonly<{
  matched: readonly Matched[];
  differing: readonly Differing[];
  onlyInJournal: readonly CashEntry[];
  onlyInStatement: readonly StatementLine[];
}>;

const DAY_MS = 86_400_000;

export const daysAfter = (day: string, days: number): string =>
  utcDayOf(new Date(Date.parse(day) + days * DAY_MS).toISOString());

type Days = Readonly<{ day: string; toleranceDays: number }>;

const isNamed = ({ reference }: StatementLine): boolean => reference !== undefined && isEntryKey(reference);

/** The pairs in which the line names the entry. */
const pairsByReference = (
  entries: readonly CashEntry[],
  lines: readonly StatementLine[],
): readonly Pair[] => {
  const byReference = groupBy(lines.filter(isNamed), ({ reference }) => reference!);
  return entries.flatMap((entry) => {
    const naming = byReference.get(entry.entry) ?? [];
    const line = naming.find(({ amountCents }) => amountCents === entry.amountCents) ?? naming[0];
    return line === undefined ? [] : [{ entry, line }];
  });
};

/** The pairs of equal amounts, those of the same day first. */
const pairsByAmount = (
  entries: readonly CashEntry[],
  lines: readonly StatementLine[],
  { day, toleranceDays }: Days,
): readonly Pair[] => {
  const free = groupBy(entries.toReversed(), ({ amountCents, at }) => `${amountCents} ${utcDayOf(at)}`);
  const pairs: Pair[] = [];
  let rest = lines;
  for (let distance = 0; distance <= toleranceDays; distance += 1)
    for (const near of [daysAfter(day, -distance), daysAfter(day, distance)])
      rest = rest.filter((line) => {
        const entry = free.get(`${line.amountCents} ${near}`)?.pop();
        if (entry !== undefined) pairs.push({ entry, line });
        return entry === undefined;
      });
  return pairs;
};

/**
 * Compares the entries of the journal of a day, and of days around it, with the lines of that day's statement, one to one. A
 * line that names an entry belongs to it, whatever the amount and date. Any other line belongs to an entry of the same amount
 * on the nearest day within the tolerance, the earliest first.
 */
export const reconcile = (
  entries: readonly CashEntry[],
  lines: readonly StatementLine[],
  days: Days,
): Reconciled => {
  const isOfDay = ({ at }: CashEntry): boolean => utcDayOf(at) === days.day;
  const named = pairsByReference(entries, lines).map((pair) => ({
    ...pair,
    differences: [
      ...(pair.line.amountCents === pair.entry.amountCents ? [] : ['amount' as const]),
      ...(isOfDay(pair.entry) ? [] : ['date' as const]),
    ],
  }));
  const taken = new Set(named.map(({ entry }) => entry));
  const unnamed = pairsByAmount(
    entries.filter((entry) => !taken.has(entry)),
    lines.filter((line) => !isNamed(line)),
    days,
  );
  for (const { entry } of unnamed) taken.add(entry);
  const placed = new Set([...named, ...unnamed].map(({ line }) => line));
  return {
    matched: [
      ...named
        .filter(({ differences }) => differences.length === 0)
        .map(({ entry, line }) => ({ rule: 'reference' as const, entry, line })),
      ...unnamed.map((pair) => ({ rule: 'amount-and-date' as const, ...pair })),
    ],
    differing: named.filter(({ differences }) => differences.length > 0),
    onlyInJournal: entries.filter((entry) => !taken.has(entry) && isOfDay(entry)),
    onlyInStatement: lines.filter((line) => !placed.has(line)),
  };
};
