import type { Goal } from './measurement';
import { spreadOf } from './statistics';

/** Judged by the median: single rounds are at the mercy of the machine. */
export const isMet = ({ samples, atLeast = -Infinity, atMost = Infinity }: Goal): boolean => {
  const { median } = spreadOf(samples);
  return median >= atLeast && median <= atMost;
};

/** `≥ 3.0`, or nothing when the figure is told without a bound. */
export const boundOf = ({ atLeast, atMost }: Goal): string | undefined => {
  if (atLeast !== undefined) return `≥ ${atLeast}`;
  return atMost === undefined ? undefined : `≤ ${atMost}`;
};
