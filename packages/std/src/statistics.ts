type Spread = Readonly<{ min: number; median: number; max: number }>;

const inOrder = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

/** Percentile by nearest rank; NaN for no values. */
export const percentile = (values: readonly number[], share: number): number =>
  inOrder(values)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? Number.NaN;

/** Minimum, median and maximum; NaN for no values. The median of an even count is the mean of the middle two. */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = inOrder(values);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? Number.NaN) : upper;
  return { min: sorted[0] ?? Number.NaN, median: (lower + upper) / 2, max: sorted.at(-1) ?? Number.NaN };
};
