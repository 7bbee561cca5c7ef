import { z } from 'zod';

/** A contract event on its way: CloudEvents 1.0 in JSON, with where it stands in its owner's feed. */
export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  /** `<source>/<partition>/<position>`: the same event has the same id wherever it is read. */
  id: z.string(),
  type: z.string(),
  source: z.string(),
  /** The stream. */
  subject: z.string(),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json').optional(),
  traceparent: z.string().optional(),
  partitionkey: z.string().optional(),
  feedpartition: z.int().nonnegative(),
  feedposition: z.int().positive(),
  streamrevision: z.int().positive(),
  /** A message of the broker without its data, which is personal: it is in the owner's feed. */
  withheld: z.literal(true).optional(),
  data: z.record(z.string(), z.unknown()),
});
export type CloudEvent = z.infer<typeof cloudEvent>;

/** One page of an owner's feed, and where the feed ends now. */
export const feedPage = z.object({
  events: z.array(cloudEvent),
  head: z.int().nonnegative(),
  partitions: z.int().positive(),
});
export type FeedPage = z.infer<typeof feedPage>;
