import type { Measurement } from '../harness/measurement';
import { appends } from './appends';

/** In this order, so that what needs few parts comes first and does not share the machine with a whole system. */
export const measurements: readonly Measurement[] = [appends];
