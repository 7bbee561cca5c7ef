import type { Measurement } from '../harness/measurement';
import { appends } from './appends';
import { delivery } from './delivery';
import { feeds } from './feeds';
import { growth } from './growth';
import { rebuild } from './rebuild';
import { sagas } from './sagas';

/** In this order, so that what needs few parts comes first and does not share the machine with a whole system. */
export const measurements: readonly Measurement[] = [appends, delivery, feeds, growth, rebuild, sagas];
