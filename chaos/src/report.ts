import type { InjectedFaults } from './nemesis';
import type { HistoryEntry } from './command-history';
import type { Soak } from './soak';
import { slowestOf } from './recoveries';
import type { InjectedDisruption, Timeline } from './timeline';

export type Durations = Readonly<{ p50: number; p99: number; max: number }>;
/** `undisturbed`: only while no other disruption kept the process from being ready. */
export type RecoveryTimes = Durations &
  Readonly<{
    undisturbed: Durations;
    /** Disruptions after which a process was not ready in time. */
    notInTime: number;
  }>;

const SHOWN_RECOVERIES = 5;

/** The result of a run; `--json` prints it. */
export type Report = Readonly<{
  seed: number;
  minutes: number;
  kills: Readonly<{ total: number; byKind: InjectedFaults['kills'] }>;
  pauses: number;
  brokerWipes: number;
  brokerRestarts: number;
  faults: InjectedFaults['faults'];
  /** Faults of links, by fault. */
  network: InjectedFaults['network'];
  links: InjectedFaults['links'];
  commands: Readonly<{
    sent: number;
    accepted: number;
    rejected: number;
    /** Commands with at least one call without a known outcome; `unknown` counts those still unknown at the end. */
    unknownAtFirst: number;
    unknown: number;
    byKind: Readonly<Record<string, Readonly<{ accepted: number; rejected: number }>>>;
    rejections: Readonly<Record<string, number>>;
  }>;
  /** Reads by observers, which the checkers of histories verify. */
  reads: Readonly<{ accounts: number; money: number; orders: number; past: number }>;
  events: number;
  orders: Readonly<{ placed: number; confirmed: number }>;
  /** Milliseconds from a kill until the process is ready again. */
  recoveryMs: RecoveryTimes;
  /** Milliseconds from the end of a fault of links until the processes at their ends are ready. */
  healedMs: RecoveryTimes;
  /** From the end of the load until quiescence. */
  quiescenceSeconds: number;
  timeline: Timeline;
  soak?: Soak;
  /** The violations that each check found. */
  violations: Readonly<Record<string, readonly string[]>>;
}>;

export const countBy = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

export const commandsOf = (entries: readonly HistoryEntry[]): Report['commands'] => {
  const of = (outcome: HistoryEntry['outcome'], kind?: string): number =>
    entries.filter(
      (entry) => entry.outcome === outcome && (kind ?? entry.command.kind) === entry.command.kind,
    ).length;
  const kinds = [...new Set(entries.map(({ command }) => command.kind))].toSorted();
  return {
    sent: entries.length,
    accepted: of('accepted'),
    rejected: of('rejected'),
    unknownAtFirst: entries.filter(({ unknowns }) => unknowns > 0).length,
    unknown: of('unknown'),
    byKind: Object.fromEntries(
      kinds.map((kind) => [kind, { accepted: of('accepted', kind), rejected: of('rejected', kind) }]),
    ),
    rejections: countBy(entries.flatMap(({ reason }) => reason ?? [])),
  };
};

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none';

const durations = ({ p50, p99, max }: Durations): string => `p50 ${p50} ms, p99 ${p99} ms, longest ${max} ms`;

const recoveries = (times: RecoveryTimes): string => `${durations(times)}, ${times.notInTime} not in time`;

const recoveryLine = ({
  kind,
  target,
  forMs,
  recoveredMs,
  undisturbedMs,
  waitedFor,
}: InjectedDisruption): string =>
  [
    `${undisturbedMs} ms for ${waitedFor} after ${kind} of ${target}`,
    forMs > 0 ? `, which lasted ${forMs} ms` : '',
    undisturbedMs === recoveredMs ? '' : `; ${recoveredMs} ms with other disruptions`,
  ].join('');

/** The report as a table for a terminal. */
export const tableOf = (report: Report): string => {
  const { kills, commands, recoveryMs, violations } = report;
  const rows: readonly (readonly [string, string])[] = [
    ['seed', String(report.seed)],
    ['kills', `${kills.total} (${listed(kills.byKind)})`],
    [
      'pauses, broker wipes, broker restarts',
      `${report.pauses}, ${report.brokerWipes}, ${report.brokerRestarts}`,
    ],
    ['faults', listed(report.faults)],
    ['network faults', listed(report.network)],
    ...report.links.map(
      (link) =>
        [
          `  ${link.kind}`,
          link.hit === 0
            ? `NEVER HIT (impaired ${link.impaired} times)`
            : `hit ${link.hit} of ${link.impaired} times: ${link.withheldBytes} bytes and ${link.withheldConnections} connections withheld, ${link.delayedBytes} bytes delayed, ${link.resetConnections} connections reset, ${link.forgottenConnections} forgotten`,
        ] as const,
    ),
    ['commands', `${commands.sent} sent, ${commands.accepted} accepted, ${commands.rejected} rejected`],
    ['outcome unknown at first, at the end', `${commands.unknownAtFirst}, ${commands.unknown}`],
    [
      'reads',
      `${report.reads.accounts} of accounts, ${report.reads.money} of all money, ${report.reads.orders} of orders, ${report.reads.past} of the past`,
    ],
    ['orders', `${report.orders.placed} placed, ${report.orders.confirmed} confirmed`],
    ['ready again after a kill', recoveries(recoveryMs)],
    ['  while nothing else disturbed it', durations(recoveryMs.undisturbed)],
    ['ready after a network fault', recoveries(report.healedMs)],
    ['  while nothing else disturbed it', durations(report.healedMs.undisturbed)],
    ...slowestOf(report.timeline.disruptions, SHOWN_RECOVERIES).map(
      (one, index) => [index === 0 ? 'slowest recoveries, undisturbed' : '', recoveryLine(one)] as const,
    ),
    ['quiescent after', `${report.quiescenceSeconds} s`],
    ['events', String(report.events)],
    ...Object.entries(violations).map(
      ([check, found]) => [check, found.length === 0 ? 'holds' : `VIOLATED ${found.length} times`] as const,
    ),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}   ${value}`).join('\n');
};

export const holds = ({ violations }: Report): boolean =>
  Object.values(violations).every((found) => found.length === 0);
