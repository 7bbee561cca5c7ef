import { percentile } from '@bankside/std';
import type { Invariants } from './invariants';
import type { BadLine } from './purchases';
import type { Sent } from './sent';

/** The summary that `--json` prints. Latencies are measured from the POST of an order until the view shows its final state. */
export type Report = Readonly<{
  purchases: number;
  malformed: number;
  orders: number;
  confirmed: number;
  rejected: number;
  cancelled: number;
  returned: number;
  /** Loans that were paid out to an account, and of which a part was sent to another customer and a part repaid. */
  loans: number;
  reasons: Readonly<Record<string, number>>;
  sagasPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  invariants: Invariants['invariants'];
}>;

/** To one decimal; 0 for a percentile without values. */
const round = (value: number): number => Math.round(value * 10) / 10 || 0;

const countBy = (values: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values.toSorted()) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

export const reportOf = (
  purchases: number,
  bad: readonly BadLine[],
  { customers, loans, sagaSeconds }: Sent,
  { invariants }: Invariants,
): Report => {
  const orders = customers.flatMap((customer) => customer.orders);
  const confirmed = orders.filter(({ state }) => state === 'confirmed');
  const others = orders.filter(({ state }) => state === 'rejected');
  const cancelled = orders.filter(({ state }) => state === 'cancelled');
  const times = confirmed.map(({ ms }) => ms);
  return {
    purchases,
    malformed: bad.length,
    orders: orders.length,
    confirmed: confirmed.length,
    rejected: others.length,
    cancelled: cancelled.length,
    returned: orders.filter(({ returned }) => returned !== undefined).length,
    loans: loans.length,
    reasons: countBy(others.map(({ state, reason }) => reason ?? state)),
    sagasPerSecond: round(orders.length / Math.max(sagaSeconds, 0.001)),
    p50Ms: round(percentile(times, 0.5)),
    p99Ms: round(percentile(times, 0.99)),
    invariants,
  };
};

const INVARIANTS: Readonly<Record<keyof Invariants['invariants'], string>> = {
  money: 'money in = money held + money spent',
  stock: 'stock = restocked - sold + returned, none reserved',
  orders: 'every order reached its final state',
  views: 'view = fold of all events',
  loans: 'owed on loans = paid out - repaid',
  transfers: 'every transfer left one account and reached another',
  journal: 'journal sums to 0',
  audit: 'every check of the audit',
};

/** The report as a table for a terminal. */
export const tableOf = (report: Report): string => {
  const rows: [string, string][] = [
    [
      'purchases read',
      `${report.purchases}${report.malformed > 0 ? ` (${report.malformed} lines malformed)` : ''}`,
    ],
    ['orders sent', String(report.orders)],
    ['confirmed', String(report.confirmed)],
    ['returned, in part or all', String(report.returned)],
    ['cancelled', String(report.cancelled)],
    ['rejected', String(report.rejected)],
    ...Object.entries(report.reasons).map(([reason, count]): [string, string] => [
      `  ${reason}`,
      String(count),
    ]),
    ['loans paid out, sent on and repaid in part', String(report.loans)],
    ['sagas per second', String(report.sagasPerSecond)],
    ['POST to confirmed view, p50', `${report.p50Ms} ms`],
    ['POST to confirmed view, p99', `${report.p99Ms} ms`],
    ...Object.entries(INVARIANTS).map(([name, rule]): [string, string] => [
      rule,
      report.invariants[name as keyof Invariants['invariants']] ? 'holds' : 'VIOLATED',
    ]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}   ${value}`).join('\n');
};
