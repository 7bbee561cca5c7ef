/** An event of a service's feed on its way: CloudEvents 1.0 in JSON, with its place in the feed. */
export type FeedEvent = Readonly<{
  specversion: '1.0';
  /** `<source>/<partition>/<position>` */
  id: string;
  type: string;
  /** The app-id of the owner. */
  source: string;
  /** The stream. */
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  traceparent?: string;
  partitionkey: string;
  feedpartition: number;
  feedposition: number;
  streamrevision: number;
  /**
   * The event exists, but its data did not travel with it: it is in the owner's feed, for those who may read it. Only ever
   * on delivered events.
   */
  withheld?: true;
  data: object;
}>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown, from: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= from;

const TEXTS = ['id', 'type', 'subject', 'time'] as const;

const isFeedEvent = (event: Readonly<Record<string, unknown>>): boolean =>
  event['specversion'] === '1.0' &&
  TEXTS.every((name) => typeof event[name] === 'string' && event[name] !== '') &&
  isCount(event['feedpartition'], 0) &&
  isCount(event['feedposition'], 1) &&
  isCount(event['streamrevision'], 1) &&
  isObject(event['data']);

/**
 * The event as its owner published it, without what brokers and sidecars add, so that a delivered event equals
 * the same one pulled from the feed. Nothing when it is no event of `source`.
 */
export const feedEventFrom = (source: string, value: unknown): FeedEvent | undefined => {
  if (!isObject(value) || value['source'] !== source || !isFeedEvent(value)) return undefined;
  const event = value as FeedEvent;
  return {
    specversion: event.specversion,
    id: event.id,
    type: event.type,
    source: event.source,
    subject: event.subject,
    time: event.time,
    datacontenttype: 'application/json',
    ...(typeof event.traceparent === 'string' &&
      event.traceparent !== '' && { traceparent: event.traceparent }),
    partitionkey: event.subject,
    feedpartition: event.feedpartition,
    feedposition: event.feedposition,
    streamrevision: event.streamrevision,
    ...(event.withheld === true && { withheld: true }),
    data: event.data,
  };
};
