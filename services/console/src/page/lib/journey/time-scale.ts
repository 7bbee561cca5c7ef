export type Pause = Readonly<{ x: number; ms: number }>;
export type TimeScale = Readonly<{
  /** Where a time is drawn. */
  x: (ms: number) => number;
  /** Gaps without marks that are drawn short, with their real length. */
  pauses: readonly Pause[];
  ticks: readonly Readonly<{ x: number; ms: number }>[];
}>;

/** A gap is drawn short if it is longer than this and takes more than its share of the time. */
const LONG_MS = 300;
const LONG_SHARE = 0.3;
/** The share of the width that a long gap gets. */
const SHORT_SHARE = 0.1;
const TICKS = 8;
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000,
];

type Gap = Readonly<{ from: number; to: number; long: boolean }>;

const gapsOf = (times: readonly number[]): readonly Gap[] => {
  const sorted = [...new Set([0, ...times])].toSorted((one, other) => one - other);
  const all = sorted.at(-1)! - sorted[0]!;
  return sorted.slice(1).map((to, index) => {
    const from = sorted[index]!;
    return { from, to, long: to - from > LONG_MS && to - from > all * LONG_SHARE };
  });
};

/** Times from left to right; long stretches in which nothing happened are drawn short. */
export const timeScale = (times: readonly number[], left: number, right: number): TimeScale => {
  const gaps = gapsOf(times);
  const width = right - left;
  const long = gaps.filter((gap) => gap.long).length;
  const shortWidth = long === 0 ? 0 : Math.min(width * SHORT_SHARE, (width * 0.4) / long);
  const lively = gaps.filter((gap) => !gap.long).reduce((sum, { from, to }) => sum + to - from, 0);
  const perMs = lively === 0 ? 0 : (width - long * shortWidth) / lively;

  let x = left;
  const pieces = gaps.map((gap) => {
    const start = x;
    x += gap.long ? shortWidth : (gap.to - gap.from) * perMs;
    return { ...gap, start, end: x };
  });
  const xOf = (ms: number): number => {
    const piece = pieces.find(({ to }) => ms <= to) ?? pieces.at(-1);
    if (piece === undefined) return left;
    const share = Math.min(1, Math.max(0, (ms - piece.from) / (piece.to - piece.from)));
    return piece.start + share * (piece.end - piece.start);
  };

  const step = STEPS.find((ms) => lively / ms <= TICKS) ?? STEPS.at(-1)!;
  const end = gaps.at(-1)?.to ?? 0;
  const ticks = Array.from({ length: Math.min(200, Math.floor(end / step) + 1) }, (_, index) => index * step)
    .filter((ms) => !pieces.some(({ long: isLong, from, to }) => isLong && ms > from && ms < to))
    .map((ms) => ({ ms, x: xOf(ms) }));
  return {
    x: xOf,
    pauses: pieces
      .filter((piece) => piece.long)
      .map(({ start, end: to, from, to: until }) => ({
        x: (start + to) / 2,
        ms: until - from,
      })),
    ticks,
  };
};
