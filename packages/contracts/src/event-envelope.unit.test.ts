import { parseEnvelope, type EventEnvelope } from './event-envelope';

const event: EventEnvelope = {
  specversion: '1.0',
  id: 'accounts/0/7',
  type: 'accounts.money-deposited.v1',
  source: 'accounts',
  subject: 'account-1000000017',
  time: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  correlationid: '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11',
  causationid: 'cards/0/3',
  partitionkey: 'account-1000000017',
  feedpartition: 0,
  feedposition: 7,
  streamrevision: 3,
  data: { amountCents: 100 },
};

describe('parseEnvelope', () => {
  it('returns an event as it was published, without the attributes that brokers and sidecars add', () => {
    const delivered = {
      ...event,
      traceid: 'x',
      tracestate: '',
      topic: 'accounts.events',
      pubsubname: 'pubsub',
    };
    expect(parseEnvelope('accounts', delivered)).toEqual(event);
  });

  it('drops the empty `traceparent` that a sidecar sets on an event without one', () => {
    const { traceparent: _traceparent, ...untraced } = event;
    expect(parseEnvelope('accounts', { ...untraced, traceparent: '' })).toEqual(untraced);
  });

  it('keeps the mark of a redacted event', () => {
    const redacted = { ...event, redacted: true, data: {} };
    expect(parseEnvelope('accounts', redacted)).toEqual(redacted);
  });

  it.each([
    ['an event of another source', { ...event, source: 'cards' }],
    ['an event without a type', { ...event, type: '' }],
    ['an event of another CloudEvents version', { ...event, specversion: '0.3' }],
    ['a position below 1', { ...event, feedposition: 0 }],
    ['a position that is not a whole number', { ...event, feedposition: 1.5 }],
    ['a position as text', { ...event, feedposition: '7' }],
    ['a revision below 1', { ...event, streamrevision: 0 }],
    ['a time that is not ISO 8601', { ...event, time: 'yesterday' }],
    ['data that is an array', { ...event, data: [] }],
    ['no data', { ...event, data: undefined }],
    ['text', 'accounts/0/7'],
    ['nothing', undefined],
  ])('rejects %s', (_title, value) => expect(parseEnvelope('accounts', value)).toBeUndefined());
});
