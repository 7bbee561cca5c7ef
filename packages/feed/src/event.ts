import type { Commit, StoredEvent } from '@bankside/kernel';

/** What other services may know of a stored event. `type` is published for ever: `accounts.money-withdrawn.v1`. */
export type ContractEvent = Readonly<{ type: string; data: object }>;

/**
 * What a stored event means outside. Must depend on its arguments alone and throws on a bug only:
 * a throw stops the partition until it is mended.
 */
export type ContractMap = (
  commit: Commit,
  event: StoredEvent,
  index: number,
) => ContractEvent | readonly ContractEvent[] | undefined;

/** A contract event with its place in the feed: a CloudEvent 1.0 in JSON. */
export type FeedEvent = Readonly<{
  specversion: '1.0';
  /** `<source>/<partition>/<position>`. */
  id: string;
  type: string;
  /** The app-id of the owner. */
  source: string;
  /** The stream. */
  subject: string;
  /** When it was decided, ISO 8601 UTC. */
  time: string;
  datacontenttype: 'application/json';
  traceparent?: string;
  partitionkey: string;
  feedpartition: number;
  /** Counts 1, 2, 3 … without gaps in each partition. */
  feedposition: number;
  streamrevision: number;
  /**
   * The event exists, but its data did not travel with it: it is in the owner's feed, for those who may read it. Only ever
   * on delivered events.
   */
  withheld?: true;
  data: object;
}>;

/** An event of the feed together with the exact text that the feed keeps. */
export type FeedEntry = Readonly<{ event: FeedEvent; json: string; index: number }>;

const contractEvents = (commit: Commit, map: ContractMap): readonly ContractEvent[] =>
  commit.events.flatMap((event, index) => map(commit, event, index) ?? []);

/** The feed's entries of one commit, at the positions right after `position`. */
export const entriesOf = (
  commit: Commit,
  map: ContractMap,
  { source, partition, position }: Readonly<{ source: string; partition: number; position: number }>,
): readonly FeedEntry[] =>
  contractEvents(commit, map).map(({ type, data }, index) => {
    const feedposition = position + index + 1;
    const event: FeedEvent = {
      specversion: '1.0',
      id: `${source}/${partition}/${feedposition}`,
      type,
      source,
      subject: commit.stream,
      time: commit.at,
      datacontenttype: 'application/json',
      ...(commit.trace !== undefined && { traceparent: commit.trace }),
      partitionkey: commit.stream,
      feedpartition: partition,
      feedposition,
      streamrevision: commit.revision,
      data,
    };
    return { event, json: JSON.stringify(event), index };
  });
