import { z } from 'zod';

const share = z.number().min(0).max(1);

/** Faults to inject into the requests of any service. Omitted faults are off. */
export const requestFaults = z.strictObject({
  delayMs: z
    .int()
    .min(0)
    .max(60_000)
    .optional()
    .meta({ description: 'Delay of every response, in milliseconds' }),
  errorRate: share.optional().meta({ description: 'The share of requests that fail with 503' }),
  rejectNext: z.int().min(0).max(1_000_000).optional().meta({
    description:
      'The number of following changes to reject, as if by a rule. Repeats of earlier changes keep their response',
  }),
});

/** A further fault of services that keep views. */
const viewDelayMs = z.int().min(0).max(10_000).optional().meta({
  description: 'Delay before the views apply each batch of events, in milliseconds; queries are not delayed',
});
export const viewFaults = requestFaults.extend({ viewDelayMs });

/** Further faults of services that commit and publish events. */
export const commitFaults = requestFaults.extend({
  crashAfterEffect: z
    .boolean()
    .optional()
    .meta({ description: 'Kill the process after its next commit, before it responds' }),
  dropRate: share.optional().meta({ description: 'The share of events that never reach the broker' }),
  doubleRate: share.optional().meta({ description: 'The share of events that are published twice' }),
  reorderRate: share
    .optional()
    .meta({ description: 'The share of events that are published one batch late' }),
});

/** The faults of all services. */
export const faults = commitFaults.extend({ viewDelayMs });
export type Faults = z.infer<typeof faults>;
