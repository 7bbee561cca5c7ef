import type { Goal } from './measurement';
import { spreadOf } from '@bankside/std';

/** Compares the median with the bound: a single round varies too much with the load of the machine. */
export const isMet = ({ samples, atLeast = -Infinity, atMost = Infinity }: Goal): boolean => {
  const { median } = spreadOf(samples);
  return median >= atLeast && median <= atMost;
};

/** The bound as text, such as `≥ 3.0`; undefined for a figure without a bound. */
export const boundOf = ({ atLeast, atMost }: Goal): string | undefined => {
  if (atLeast !== undefined) return `≥ ${atLeast}`;
  return atMost === undefined ? undefined : `≤ ${atMost}`;
};
