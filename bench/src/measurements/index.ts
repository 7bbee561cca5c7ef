import type { Measurement } from '../harness/measurement';
import { appends } from './appends';
import { commands } from './commands';
import { delivery } from './delivery';
import { feeds } from './feeds';
import { footprint } from './footprint';
import { growth } from './growth';
import { journal } from './journal';
import { queries } from './queries';
import { rebuild } from './rebuild';
import { rest } from './rest';
import { sagas } from './sagas';
import { sizing } from './sizing';
import { soak } from './soak';
import { summary } from './summary';
import { tenMillion } from './ten-million';
import { tracing } from './tracing';

/** Ordered by the number of processes that they start, so that the small ones do not compete with the whole system. */
export const measurements: readonly Measurement[] = [
  sizing,
  appends,
  delivery,
  feeds,
  growth,
  rebuild,
  journal,
  commands,
  sagas,
  summary,
  queries,
  footprint,
  rest,
  tracing,
  soak,
  tenMillion,
];
