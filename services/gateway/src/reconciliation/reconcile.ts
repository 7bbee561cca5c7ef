import { isEntryKey, type StatementLine } from './statement';

/** An entry of the journal with what it moved in cash. */
export type CashEntry = Readonly<{ entry: string; at: string; event: string; amountCents: number }>;

export type MatchingRule = 'reference' | 'amount-and-date';
export type Pair = Readonly<{ entry: CashEntry; line: StatementLine }>;
export type Matched = Pair & Readonly<{ rule: MatchingRule }>;
export type Differing = Pair & Readonly<{ differences: readonly ('amount' | 'date')[] }>;

export type Reconciled = Readonly<{
  matched: readonly Matched[];
  differing: readonly Differing[];
  onlyInJournal: readonly CashEntry[];
  onlyInStatement: readonly StatementLine[];
}>;

const DAY_MS = 86_400_000;

export const dayOf = (at: string): string => at.slice(0, 'yyyy-mm-dd'.length);
export const daysAfter = (day: string, days: number): string =>
  dayOf(new Date(Date.parse(day) + days * DAY_MS).toISOString());

const groupedBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
};

/**
 * Compares the entries of the journal of a day, and of days around it, with the lines of that day's statement, one to one. A
 * line that names an entry belongs to it, whatever the amount and date. Any other line belongs to an entry of the same amount
 * on the nearest day within the tolerance, the earliest first.
 */
export const reconcile = (
  entries: readonly CashEntry[],
  lines: readonly StatementLine[],
  { day, toleranceDays }: Readonly<{ day: string; toleranceDays: number }>,
): Reconciled => {
  const matched: Matched[] = [];
  const differing: Differing[] = [];
  const taken = new Set<CashEntry>();
  const placed = new Set<StatementLine>();
  const pair = (entry: CashEntry, line: StatementLine): Pair => {
    taken.add(entry);
    placed.add(line);
    return { entry, line };
  };

  const isNamed = ({ reference }: StatementLine): boolean => reference !== undefined && isEntryKey(reference);
  const byReference = groupedBy(lines.filter(isNamed), ({ reference }) => reference!);
  for (const entry of entries) {
    const naming = byReference.get(entry.entry) ?? [];
    const line = naming.find(({ amountCents }) => amountCents === entry.amountCents) ?? naming[0];
    if (line === undefined) continue;
    const differences = [
      ...(line.amountCents === entry.amountCents ? [] : ['amount' as const]),
      ...(dayOf(entry.at) === day ? [] : ['date' as const]),
    ];
    if (differences.length === 0) matched.push({ ...pair(entry, line), rule: 'reference' });
    else differing.push({ ...pair(entry, line), differences });
  }

  const free = groupedBy(
    entries.filter((entry) => !taken.has(entry)),
    ({ amountCents, at }) => `${amountCents} ${dayOf(at)}`,
  );
  for (const queue of free.values()) queue.reverse();
  const unnamed = lines.filter((line) => !isNamed(line));
  for (let distance = 0; distance <= toleranceDays; distance += 1)
    for (const near of new Set([daysAfter(day, -distance), daysAfter(day, distance)]))
      for (const line of unnamed.filter((one) => !placed.has(one))) {
        const entry = free.get(`${line.amountCents} ${near}`)?.pop();
        if (entry !== undefined) matched.push({ ...pair(entry, line), rule: 'amount-and-date' });
      }

  return {
    matched,
    differing,
    onlyInJournal: entries.filter((entry) => !taken.has(entry) && dayOf(entry.at) === day),
    onlyInStatement: lines.filter((line) => !placed.has(line)),
  };
};
