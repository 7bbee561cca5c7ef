import { z } from 'zod';

const share = z.number().min(0).max(1);

/** What can go wrong on purpose with the requests of any service. What is left out goes well. */
export const requestFaults = z.strictObject({
  delayMs: z.int().min(0).max(60_000).optional().meta({ description: 'Every answer comes this much later' }),
  errorRate: share.optional().meta({ description: 'This share of all requests is answered with 503' }),
  rejectNext: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .meta({ description: 'So many of the next changes are refused, as by a rule' }),
});
export type RequestFaults = z.infer<typeof requestFaults>;

/** And in addition with what a service commits and publishes. */
export const faults = requestFaults.extend({
  crashAfterEffect: z
    .boolean()
    .optional()
    .meta({ description: 'After its next commit the process dies, before it answers' }),
  dropRate: share.optional().meta({ description: 'This share of the events never reaches the broker' }),
  doubleRate: share.optional().meta({ description: 'This share of the events is published twice' }),
  reorderRate: share.optional().meta({ description: 'This share of the events is held back for a batch' }),
});
export type Faults = z.infer<typeof faults>;
