import { sumOf } from '@bankside/std';
import { networkFaults } from '../network-schedule';
import { isNotReadyInTime, type DisruptionKind, type InjectedDisruption, type Timeline } from '../timeline';
import { escaped, figure } from './html';

export const disruptionNames: Readonly<Record<DisruptionKind, string>> = {
  kill: 'kill',
  pause: 'pause',
  'wipe-broker': 'emptied broker',
  'restart-broker': 'restarted broker',
  switches: 'fault switches',
  partition: 'partition',
  isolation: 'isolation',
  'loss-forward': 'loss forward',
  'loss-backward': 'loss backward',
  latency: 'latency',
  bandwidth: 'bandwidth',
  reset: 'reset',
  forget: 'forget',
};

export const disruptionKinds: readonly DisruptionKind[] = [
  'kill',
  'pause',
  'wipe-broker',
  'restart-broker',
  'switches',
  ...networkFaults,
];

const WIDTH = 760;
const LEFT = 116;
const RIGHT = 736;
const TOP = 14;
const BASE = 154;
const LANES_TOP = 190;
const LANE = 19;
const HEIGHT = LANES_TOP + disruptionKinds.length * LANE + 4;
const MOST_COLUMNS = 300;
const LEAST_MARK = 1.5;
const MOST_TICKS = 10;

/** Sums of `size` seconds each, per second. */
const binned = (counts: readonly number[], size: number): readonly number[] =>
  Array.from({ length: Math.ceil(counts.length / size) }, (_, bin) => {
    const some = counts.slice(bin * size, (bin + 1) * size);
    return sumOf(some) / some.length;
  });

/** 1, 2 or 5 times a power of ten, at least `value`. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value)!;
};

const at = (value: number): string => String(Math.round(value * 10) / 10);

const timeOf = (ms: number): string => {
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

const describe = (disruption: InjectedDisruption): string => {
  const { kind, target, atMs, forMs, recoveredMs } = disruption;
  return [
    `${timeOf(atMs)} ${disruptionNames[kind]} ${target}`,
    forMs > 0 ? `for ${figure(forMs / 1_000)} s` : '',
    recoveredMs === undefined ? '' : `ready after ${figure(recoveredMs / 1_000)} s`,
    isNotReadyInTime(disruption) ? 'not ready in time' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
};

/** The disruption as a bar until its end and a thin line until the processes are ready. */
const markOf = (disruption: InjectedDisruption, x: (ms: number) => number): string => {
  const { kind, atMs, forMs, recoveredMs } = disruption;
  const top = LANES_TOP + disruptionKinds.indexOf(kind) * LANE;
  const [from, until] = [x(atMs), x(atMs + forMs)];
  const bar = `<rect x="${at(from)}" y="${top + 3}" width="${at(Math.max(LEAST_MARK, until - from))}" height="12"/>`;
  const line =
    recoveredMs === undefined
      ? ''
      : `<rect class="recovery" x="${at(until)}" y="${top + 8}" width="${at(x(atMs + forMs + recoveredMs) - until)}" height="3"/>`;
  const lost =
    kind === 'kill' && recoveredMs === undefined ? `<text x="${at(from + 3)}" y="${top + 14}">×</text>` : '';
  return `<g class="mark"><title>${escaped(describe(disruption))}</title>${bar}${line}${lost}</g>`;
};

/** A step for each column, from `below` to `above`. */
const areaOf = (
  columns: readonly Readonly<{ below: number; above: number }>[],
  x: (column: number) => number,
  y: (value: number) => number,
): string => {
  const edge = (value: number, column: number): readonly string[] => [
    `${at(x(column))},${at(y(value))}`,
    `${at(x(column + 1))},${at(y(value))}`,
  ];
  const upper = columns.flatMap(({ above }, column) => edge(above, column));
  const lower = columns.flatMap(({ below }, column) => edge(below, column));
  return `M${upper.join('L')}L${lower.toReversed().join('L')}Z`;
};

/** Commands per second above, and each disruption in the lane of its kind below, on the same axis of time. */
export const pictureOf = (title: string, { commands, rejected, unknown, disruptions }: Timeline): string => {
  const seconds = Math.max(1, commands.length);
  const size = Math.ceil(seconds / MOST_COLUMNS);
  const x = (ms: number): number => Math.min(RIGHT, LEFT + ((RIGHT - LEFT) * ms) / (seconds * 1_000));
  const column = (index: number): number => x(Math.min(seconds, index * size) * 1_000);
  const [all, refusals, unknowns] = [binned(commands, size), binned(rejected, size), binned(unknown, size)];
  const most = roundUp(Math.max(1, ...all));
  const y = (value: number): number => BASE - ((BASE - TOP) * value) / most;
  const stack = all.map((count, index) => ({
    accepted: count - refusals[index]! - unknowns[index]!,
    settled: count - unknowns[index]!,
    all: count,
  }));
  const area = (name: string, of: (one: (typeof stack)[number]) => readonly [number, number]): string =>
    `<path class="${name}" d="${areaOf(
      stack.map((one) => ({ below: of(one)[0], above: of(one)[1] })),
      column,
      y,
    )}"/>`;
  const every =
    [10, 15, 30, 60, 120, 300, 600, 1_800, 3_600].find((step) => seconds / step <= MOST_TICKS) ?? seconds;
  const ticks = Array.from({ length: Math.floor(seconds / every) + 1 }, (_, tick) => tick * every * 1_000);
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">
${[0, most / 2, most].map((value) => `<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${at(y(value))}" y2="${at(y(value))}"/><text class="end" x="${LEFT - 8}" y="${at(y(value) + 4)}">${figure(value)}/s</text>`).join('')}
${stack.length === 0 ? '' : area('accepted', (one) => [0, one.accepted]) + area('rejected', (one) => [one.accepted, one.settled]) + area('unknown', (one) => [one.settled, one.all])}
${ticks.map((ms) => `<line class="grid" x1="${at(x(ms))}" x2="${at(x(ms))}" y1="${BASE}" y2="${HEIGHT}"/><text class="middle" x="${at(x(ms))}" y="${BASE + 20}">${timeOf(ms)}</text>`).join('')}
${disruptionKinds.map((kind, lane) => `<text class="end" x="${LEFT - 8}" y="${LANES_TOP + lane * LANE + 13}">${disruptionNames[kind]}</text>`).join('')}
${disruptions.map((one) => markOf(one, x)).join('\n')}
</svg>`;
};
