export type Spread = Readonly<{ min: number; median: number; max: number }>;

const inOrder = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

/** Nearest rank: the smallest value that at least this share of all is not above. NaN for no values. */
export const percentile = (values: readonly number[], share: number): number =>
  inOrder(values)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? Number.NaN;

/** Of an even number of values the median is the mean of the two in the middle. NaN for no values. */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = inOrder(values);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? Number.NaN) : upper;
  return { min: sorted[0] ?? Number.NaN, median: (lower + upper) / 2, max: sorted.at(-1) ?? Number.NaN };
};
