import * as z from 'zod';

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

/** Further faults of services with consumers of events, and with views. */
const consumerFaults = z.strictObject({
  poisonNext: z.int().min(0).max(1_000).optional().meta({
    description:
      'The number of following events that consumers cannot apply. They become dead letters, and cannot be replayed before the switch is off',
  }),
  poisonStream: z
    .string()
    .max(200)
    .optional()
    .meta({
      description: 'The stream of which consumers cannot apply any event while the switch is on',
      examples: ['order-o-4711'],
    }),
});

/** A further fault of services that keep views. */
const viewDelayMs = z.int().min(0).max(10_000).optional().meta({
  description: 'Delay before the views apply each batch of events, in milliseconds; queries are not delayed',
});
export const viewFaults = requestFaults.extend({ ...consumerFaults.shape, viewDelayMs });

/** Further faults of services that commit and publish events. */
export const commitFaults = requestFaults.extend({
  ...consumerFaults.shape,
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

/** How long a switch stays on if a request names no time. */
const DEFAULT_SECONDS = 300;

/** With the time after which they end by themselves: what a request sets. */
export const withDuration = <Shape extends z.ZodRawShape>(of: z.ZodObject<Shape>) =>
  of.extend({
    seconds: z
      .int()
      .min(1)
      .max(3_600)
      .default(DEFAULT_SECONDS)
      .meta({ description: 'The switches of this request end by themselves after this time' }),
  });

/** The faults that are on, with the time at which each ends by itself. */
export const activeFaults = faults.extend({
  until: z.partialRecord(faults.keyof(), z.iso.datetime()).optional(),
});
export type ActiveFaults = z.infer<typeof activeFaults>;
