import { generateKeyPairSync } from 'node:crypto';
import type { EventEnvelope } from '@bankside/contracts';
import { eventKeys, eventsOf, messageSigner } from './event-message';

const pair = (type: 'ed25519' | 'x25519' = 'ed25519') => {
  const { privateKey, publicKey } = generateKeyPairSync(type as 'ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};
const [accounts, orders, next] = [pair(), pair(), pair()];
const keys = eventKeys({ accounts: accounts.publicKey, orders: orders.publicKey });

const event = (feedposition: number, more: Partial<EventEnvelope> = {}): EventEnvelope => ({
  specversion: '1.0',
  id: `accounts/0/${feedposition}`,
  type: 'accounts.money-deposited.v1',
  source: 'accounts',
  subject: 'account-1',
  time: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  partitionkey: 'account-1',
  feedpartition: 0,
  feedposition,
  streamrevision: feedposition,
  data: { amountCents: 100, note: 'ä "<&>" 😀' },
  ...more,
});
const signed = messageSigner('accounts', accounts.privateKey);
const batch = [event(7), event(8)];
const message = signed(batch);

describe('a signed message', () => {
  it('yields the events as published, also after brokers and sidecars have rewritten the JSON around them', () => {
    const rewritten = JSON.parse(
      JSON.stringify({ topic: 'accounts.events', traceparent: '', ...message, data: { ...message.data } }),
    ) as unknown;
    expect(eventsOf(keys, 'accounts', rewritten)).toEqual(batch);
  });

  it('has the given texts of the events', () => {
    const texts = batch.map((one) => JSON.stringify(one));
    expect(signed(batch, texts)).toEqual(message);
    expect(signed(batch, [texts[0]!, ' {} ']).data.events).toBe(`[${texts[0]}, {} ]`);
  });

  it('is named after the positions that it contains', () => expect(message.id).toBe('accounts/0/7-8'));

  it('is accepted with either of two keys during rotation', () => {
    const both = eventKeys({ accounts: `${accounts.publicKey}\n${next.publicKey}` });
    for (const { privateKey } of [accounts, next])
      expect(eventsOf(both, 'accounts', messageSigner('accounts', privateKey)(batch))).toEqual(batch);
  });
});

describe('a message that the owner did not sign', () => {
  const { events, signature } = message.data;
  const forged = JSON.stringify([event(9, { data: { amountCents: 1 } })]);

  it.each([
    ['is no object', null, 'unsigned'],
    ['is text', 'hello', 'unsigned'],
    ['is a bare event', event(7), 'unsigned'],
    ['has no signature', { ...message, data: { events } }, 'unsigned'],
    ['has an empty signature', { ...message, data: { events, signature: '' } }, 'wrong-signature'],
    ['has a signature of nonsense', { ...message, data: { events, signature: '!?' } }, 'wrong-signature'],
    ['has altered events', { ...message, data: { events: `${events} `, signature } }, 'wrong-signature'],
    ['has invented events', { ...message, data: { events: forged, signature } }, 'wrong-signature'],
  ])('is rejected when it %s', (_what, value, reason) =>
    expect(eventsOf(keys, 'accounts', value)).toBe(reason),
  );

  it('is rejected when another service signed it, for itself or in the name of the owner', () => {
    for (const signer of ['orders', 'accounts'])
      expect(eventsOf(keys, 'accounts', messageSigner(signer, orders.privateKey)(batch))).toBe(
        'wrong-signature',
      );
  });

  it('is rejected on the topic of another service, although its owner signed it', () => {
    const same = eventKeys({ accounts: accounts.publicKey, orders: accounts.publicKey });
    expect(eventsOf(same, 'orders', message)).toBe('wrong-signature');
  });

  it('is rejected once its key is no longer listed', () =>
    expect(eventsOf(eventKeys({ accounts: next.publicKey }), 'accounts', message)).toBe('wrong-signature'));

  it('is rejected without a key for its source', () =>
    expect(eventsOf(eventKeys({}), 'accounts', message)).toBe('no-key'));
});

describe('a message that the owner signed by mistake', () => {
  it.each([
    ['an event of another source', [event(1, { source: 'orders' })]],
    ['an event without a position', [{ ...event(1), feedposition: '1' } as unknown as EventEnvelope]],
    ['an event without data', [{ ...event(1), data: undefined } as unknown as EventEnvelope]],
  ])('is rejected as a whole with %s', (_what, events) =>
    expect(eventsOf(keys, 'accounts', signed([event(2), ...events]))).toBe('not-events'),
  );
});

describe('a key for events', () => {
  it('must be Ed25519', () => {
    const { privateKey, publicKey } = pair('x25519');
    expect(() => messageSigner('accounts', privateKey)).toThrow('Ed25519, not with x25519');
    expect(() => eventKeys({ accounts: publicKey })).toThrow('Ed25519, not with x25519');
  });
  it('must be there', () => expect(() => eventKeys({ accounts: 'none' })).toThrow('no key in PEM format'));
});
