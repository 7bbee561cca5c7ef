import type { Damage } from './disrupt';
import type { Entry } from './ledger';
import type { Soak } from './soak';

/** The last line of a run. */
export type Report = Readonly<{
  seed: number;
  minutes: number;
  kills: Readonly<{ total: number; byKind: Damage['kills'] }>;
  pauses: number;
  brokerWipes: number;
  faults: Damage['faults'];
  commands: Readonly<{
    sent: number;
    accepted: number;
    refused: number;
    /** Commands of which it was not known at first what had become of them; and how many are not known to the end. */
    unknownAtFirst: number;
    unknown: number;
    byKind: Readonly<Record<string, Readonly<{ accepted: number; refused: number }>>>;
    refusals: Readonly<Record<string, number>>;
  }>;
  events: number;
  orders: Readonly<{ placed: number; confirmed: number }>;
  /** From a kill until the process answered again. */
  recoveryMs: Readonly<{ p50: number; p99: number; max: number }>;
  /** From the end of the load until all had come to rest. */
  quietSeconds: number;
  soak?: Soak;
  /** By what was checked. */
  violations: Readonly<Record<string, number>>;
  firstViolations: readonly string[];
}>;

/** Nearest rank: the smallest value that at least this share of all is not above. 0 for no values. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
};

export const countBy = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

export const commandsOf = (entries: readonly Entry[]): Report['commands'] => {
  const of = (outcome: Entry['outcome'], kind?: string): number =>
    entries.filter(
      (entry) => entry.outcome === outcome && (kind ?? entry.command.kind) === entry.command.kind,
    ).length;
  const kinds = [...new Set(entries.map(({ command }) => command.kind))].toSorted();
  return {
    sent: entries.length,
    accepted: of('accepted'),
    refused: of('refused'),
    unknownAtFirst: entries.filter(({ unknowns }) => unknowns > 0).length,
    unknown: of('unknown'),
    byKind: Object.fromEntries(
      kinds.map((kind) => [kind, { accepted: of('accepted', kind), refused: of('refused', kind) }]),
    ),
    refusals: countBy(entries.flatMap(({ reason }) => reason ?? [])),
  };
};

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none';

/** The report for people. */
export const tableOf = (report: Report): string => {
  const { kills, commands, recoveryMs, violations } = report;
  const rows: readonly (readonly [string, string])[] = [
    ['seed', String(report.seed)],
    ['kills', `${kills.total} (${list(kills.byKind)})`],
    ['pauses, broker wipes', `${report.pauses}, ${report.brokerWipes}`],
    ['faults', list(report.faults)],
    ['commands', `${commands.sent} sent, ${commands.accepted} accepted, ${commands.refused} refused`],
    ['unknown at first, to the end', `${commands.unknownAtFirst}, ${commands.unknown}`],
    ['orders', `${report.orders.placed} placed, ${report.orders.confirmed} confirmed`],
    ['back after a kill', `p50 ${recoveryMs.p50} ms, p99 ${recoveryMs.p99} ms, longest ${recoveryMs.max} ms`],
    ['at rest after', `${report.quietSeconds} s`],
    ['events', String(report.events)],
    ...Object.entries(violations).map(
      ([what, count]) => [what, count === 0 ? 'holds' : `VIOLATED ${count} times`] as const,
    ),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}   ${value}`).join('\n');
};

export const holds = ({ violations }: Report): boolean =>
  Object.values(violations).every((count) => count === 0);
