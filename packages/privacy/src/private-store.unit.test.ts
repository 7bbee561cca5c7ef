import { randomBytes } from 'node:crypto';
import { memoryStore, VersionConflict, type Append, type StoredEvent } from '@bankside/kernel';
import { eventStoreContract } from '@bankside/kernel/testing';
import { masterKey, privateStore, SEALED, type Personal } from '.';

const master = masterKey(randomBytes(32).toString('base64'));
const personal: Personal = {
  fields: { name: 'Forgotten', mobileNumber: '+10000000000' },
  forgottenBy: 'Forgotten',
  indexes: ['mobile'],
};
const stream = 'customer-ada';
const mobile = (value: string) => ({ index: 'mobile', value });

const happened = (type: string, data: object): StoredEvent => ({ type, version: 1, data });
const registered = happened('Registered', {
  customerId: 'ada',
  name: 'Ada Lovelace',
  mobileNumber: '+40712345678',
});
const renamed = happened('Renamed', { customerId: 'ada', name: 'Augusta King' });
const forgotten = happened('Forgotten', { customerId: 'ada' });
const append = (revision: number, event: StoredEvent, extra: Partial<Append> = {}): Append => {
  const commandId = `command-${revision}-${event.type}`;
  return {
    commandId,
    outcome: { fingerprint: 'f', stream, revision },
    commit: { stream, revision, events: [event], commandId, at: '2026-01-01T00:00:00.000Z' },
    ...extra,
  };
};

/** Two replicas on one database. */
const start = () => {
  const raw = memoryStore();
  const [one, other] = [0, 1].map(() => privateStore(raw, personal, () => master));
  return { raw, one: one!, other: other! };
};
const eventsOf = async ({ store }: ReturnType<typeof privateStore>) =>
  (await store.read(stream, 0, 10)).flatMap(({ events }) => events);

eventStoreContract(
  'the private store',
  async () => privateStore(memoryStore(), personal, () => master).store,
);

describe('personal data', () => {
  it('is sealed in the store, other data is not', async () => {
    const { raw, one } = start();
    await one.store.append(append(1, registered));
    const [commit] = await raw.read(stream, 0, 10);
    expect(commit!.events[0]!.data).toEqual({
      customerId: 'ada',
      name: expect.stringMatching(SEALED),
      mobileNumber: expect.stringMatching(SEALED),
    });
    expect(JSON.stringify(commit)).not.toMatch(/Ada Lovelace|\+40712345678/);
  });

  it('can be read by every replica', async () => {
    const { one, other } = start();
    await one.store.append(append(1, registered));
    await other.store.append(append(2, renamed));
    expect(await eventsOf(one)).toEqual([registered, renamed]);
    expect(await eventsOf(other)).toEqual([registered, renamed]);
  });

  it('is replaced by placeholders after forgetting, also in a replica that starts later', async () => {
    const { raw, one } = start();
    await one.store.append(append(1, registered));
    await one.store.append(append(2, forgotten));
    const placeholders = { customerId: 'ada', name: 'Forgotten', mobileNumber: '+10000000000' };
    for (const replica of [one, privateStore(raw, personal, () => master)])
      expect(await eventsOf(replica)).toEqual([{ ...registered, data: placeholders }, forgotten]);
  });

  it('cannot be added after forgetting', async () => {
    const { one } = start();
    await one.store.append(append(1, registered));
    await one.store.append(append(2, forgotten));
    await expect(one.store.append(append(3, renamed))).rejects.toThrow(VersionConflict);
  });

  it('of another stream cannot be substituted', async () => {
    const { raw, one } = start();
    await one.store.append(append(1, registered));
    const [commit] = await raw.read(stream, 0, 1);
    const { name, mobileNumber } = commit!.events[0]!.data as Record<string, string>;
    const swapped = happened('Renamed', { customerId: 'ada', name: mobileNumber, mobileNumber: name });
    await raw.append(append(2, swapped));
    await expect(eventsOf(one)).rejects.toThrow(/authenticate/);
  });

  it('is sealed in snapshots, which become unreadable with the deletion of the key', async () => {
    const { raw, one } = start();
    await one.store.append(append(1, registered));
    const snapshot = {
      revision: 1,
      deciderVersion: 1,
      state: { status: 'active', name: 'Ada Lovelace' },
      at: '2026-01-01T00:00:00.000Z',
    };
    await one.store.saveSnapshot(stream, snapshot);
    expect(JSON.stringify(await raw.loadSnapshot(stream))).not.toContain('Ada Lovelace');
    expect(await one.store.loadSnapshot(stream)).toEqual(snapshot);
    await one.store.append(append(2, forgotten));
    expect(await one.store.loadSnapshot(stream)).toBeUndefined();
  });

  it('of a stream that two replicas create at once is that of one of them, and the other can read it', async () => {
    const { one, other } = start();
    const results = await Promise.allSettled([
      one.store.append(append(1, registered)),
      other.store.append(append(1, { ...registered, type: 'Other' })),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await eventsOf(other))[0]!.data).toEqual(registered.data);
  });
});

describe('a unique value', () => {
  it('is stored as a keyed digest and found with the master key', async () => {
    const { raw, one, other } = start();
    await one.store.append(append(1, registered, { claims: [mobile('+40712345678')] }));
    expect(await other.store.ownerOf(mobile('+40712345678'))).toBe(stream);
    expect(await raw.ownerOf(mobile('+40712345678'))).toBeUndefined();
    await other.store.append(append(2, forgotten, { releases: [mobile('+40712345678')] }));
    expect(await one.store.ownerOf(mobile('+40712345678'))).toBeUndefined();
  });
});

describe('an event of the feed', () => {
  const sealedEvent = async (raw: ReturnType<typeof memoryStore>) => {
    const [commit] = await raw.read(stream, 0, 1);
    return { subject: stream, feedposition: 1, data: commit!.events[0]!.data };
  };

  it('is published without its data, and decrypted for readers', async () => {
    const { raw, one } = start();
    await one.store.append(append(1, registered));
    const event = await sealedEvent(raw);
    expect(one.redact(event)).toEqual({ ...event, data: {}, redacted: true });
    expect(await one.decrypt([event])).toEqual([{ ...event, data: registered.data }]);
    await one.store.append(append(2, forgotten));
    expect((await one.decrypt([event]))[0]!.data).toMatchObject({ name: 'Forgotten' });
  });

  it('without personal data is published unchanged', () => {
    const event = { subject: stream, data: { customerId: 'ada' } };
    expect(start().one.redact(event)).toBe(event);
  });
});

it('rejects a master key that is not 32 bytes in Base64', () =>
  expect(() => masterKey('secret')).toThrow('32 bytes'));
