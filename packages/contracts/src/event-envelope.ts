import * as z from 'zod';

/** An event as the feed stores it and the broker delivers it: a CloudEvent 1.0 in JSON with its position in the feed. */
export const eventEnvelope = z.object({
  specversion: z.literal('1.0'),
  /** `<source>/<partition>/<position>`: the same event has the same id wherever it is read. */
  id: z.string().min(1),
  type: z.string().min(1),
  /** The app-id of the owner. */
  source: z.string().min(1),
  /** The stream. */
  subject: z.string().min(1),
  /** When the command was decided. */
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  /** W3C trace context of the request that caused the event. */
  traceparent: z.string().optional(),
  /** Id of the request that the event follows from, however many services lie between them. */
  correlationid: z.string().exactOptional(),
  /** What directly caused the event: that request, another event or a saga's step. */
  causationid: z.string().exactOptional(),
  /** The stream again, under the name that brokers read. */
  partitionkey: z.string(),
  feedpartition: z.int().nonnegative(),
  /** Counts 1, 2, 3 … without gaps in each partition. */
  feedposition: z.int().positive(),
  streamrevision: z.int().positive(),
  /** Set on a delivered event whose personal `data` the owner removed. The owner's feed serves the data. */
  redacted: z.literal(true).optional(),
  data: z.record(z.string(), z.unknown()),
});

/** `data` is only known to be an object: the contracts of its owner describe it by `type`. */
export type EventEnvelope = Readonly<Omit<z.infer<typeof eventEnvelope>, 'data'> & { data: object }>;

/** The last link of the hash chain over a partition of a feed, signed by the owner. */
const chainHead = z.object({
  /** Counts the commits of the partition. */
  number: z.int().positive(),
  /** The last position of the feed after that commit. */
  position: z.int().nonnegative(),
  /** SHA-256 in hexadecimal. */
  hash: z.string().length(64),
  /** When the relay added the link. */
  at: z.iso.datetime(),
  signature: z.string(),
});
export type ChainHead = Readonly<z.infer<typeof chainHead>>;

/** One page of an owner's feed. `head` is the last position of the partition at the moment of the read. */
const feedPage = z.object({
  events: z.array(eventEnvelope),
  head: z.int().nonnegative(),
  /** How many partitions the feed has. */
  partitions: z.int().positive(),
  /** Missing while the partition has no commit. `witnessed` is the hash of the link that the reader named, if it exists. */
  chain: z.object({ head: chainHead, witnessed: z.string().length(64).optional() }).optional(),
});
export type FeedPage = Readonly<
  Omit<z.infer<typeof feedPage>, 'events'> & { events: readonly EventEnvelope[] }
>;

/**
 * The event as its owner published it, without the attributes that brokers and sidecars add, so that a delivered event
 * equals the same event pulled from the feed. `undefined` if the value is not an event of `source`.
 */
export const parseEnvelope = (source: string, value: unknown): EventEnvelope | undefined => {
  const parsed = eventEnvelope.safeParse(value);
  if (!parsed.success || parsed.data.source !== source) return undefined;
  if (parsed.data.traceparent !== '') return parsed.data;
  // Sidecars set an empty `traceparent` on an event without one.
  const { traceparent: _traceparent, ...event } = parsed.data;
  return event;
};
