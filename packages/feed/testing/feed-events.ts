import type { EventEnvelope } from '@bankside/contracts';

/** An event for tests: its stream and data follow from its position. */
export const feedEvent = (
  feedposition: number,
  { source = 'accounts', partition = 0, streams = 3 } = {},
): EventEnvelope => {
  const stream = `account-${feedposition % streams}`;
  return {
    specversion: '1.0',
    id: `${source}/${partition}/${feedposition}`,
    type: 'accounts.money-deposited.v1',
    source,
    subject: stream,
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    partitionkey: stream,
    feedpartition: partition,
    feedposition,
    streamrevision: Math.ceil(feedposition / streams),
    data: { amountCents: feedposition },
  };
};

/** Events of the positions `first` to `last`. */
export const feedEvents = (first: number, last: number, options = {}): readonly EventEnvelope[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => feedEvent(first + index, options));
