import { until } from '@bankside/tools';
import express from 'express';
import { fakeFeed } from '../../testing/fake-feed';
import { startGateway, testKeys, type TestGateway } from '../../testing/gateway';
import { listen, type Listening } from '../../testing/listen';
import { cursorCodec } from './cursor';

type Seen = Readonly<{ id: string; position: number; customerId: string; data: string }>;

/** Reads a stream of server-sent events as a browser does. */
const reader = (response: Response) => {
  const events: Seen[] = [];
  /** The types of the other messages. */
  const messages: string[] = [];
  let lastId: string | undefined;
  let ended = false;
  const waiting = new Set<() => void>();
  const notify = (): void => waiting.forEach((look) => look());
  const take = (block: string): void => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    lastId = field('id') ?? lastId;
    const type = field('event');
    if (type !== undefined) messages.push(type);
    const data = field('data');
    if (data === undefined) return;
    const event = JSON.parse(data) as { feedposition: number; data: { customerId: string } };
    events.push({ id: lastId!, position: event.feedposition, customerId: event.data.customerId, data });
  };
  const run = async (): Promise<void> => {
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop()!;
      blocks.forEach(take);
      notify();
    }
  };
  const done = run()
    .catch(() => undefined)
    .finally(() => {
      ended = true;
      notify();
    });
  /** Resolves once it is so. */
  const until = (so: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!so() && !ended) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return {
    events,
    messages,
    until,
    done,
    lastId: () => lastId,
    close: () => response.body!.cancel().catch(() => undefined),
  };
};

describe('live events', () => {
  const feed = fakeFeed('accounts');
  const keys = testKeys();
  let owner: Listening;
  let gateway: TestGateway;
  let small: TestGateway;
  const aborts: AbortController[] = [];

  beforeAll(async () => {
    owner = await listen(express().use(feed.router));
    gateway = await startGateway({ accounts: owner.port }, { keys });
    const places = { total: 4, reserve: 1, each: { customer: 2, staff: 2 } };
    small = await startGateway({ accounts: owner.port }, { places });
    for (let count = 0; count < 3; count += 1) feed.add('c1');
  });
  afterEach(() => aborts.splice(0).forEach((one) => one.abort()));
  afterAll(async () => {
    await Promise.all([gateway.close(), small.close()]);
    await owner.close();
  });

  const watch = async (headers: Readonly<Record<string, string>>, query = '', { url } = gateway) => {
    const abort = new AbortController();
    aborts.push(abort);
    const response = await fetch(`${url}/api/events${query}`, { headers, signal: abort.signal });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    return { ...reader(response), leave: () => abort.abort() };
  };

  it('start at the current position and arrive in order', async () => {
    const stream = await watch(await gateway.bearer('operator'));
    await stream.until(() => stream.lastId() !== undefined);
    const first = feed.head() + 1;
    for (let count = 0; count < 5; count += 1) feed.add('c1');
    await stream.until(() => stream.events.length === 5);
    expect(stream.events.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4].map((n) => first + n));
  });

  it('resume without gaps or duplicates, even behind the buffer', async () => {
    const headers = await gateway.bearer('operator');
    const before = await watch(headers);
    await before.until(() => before.lastId() !== undefined);
    const from = feed.head();
    feed.add('c1');
    await before.until(() => before.events.length === 1);
    before.leave();
    await before.done;
    for (let count = 0; count < 2_500; count += 1) feed.add('c1');
    const after = await watch({ ...headers, 'Last-Event-ID': before.events[0]!.id });
    await after.until(() => after.events.length >= 2_500);
    expect(after.events.map(({ position }) => position)).toEqual(
      Array.from({ length: 2_500 }, (_, index) => from + 2 + index),
    );
  });

  it('contain only events about the customer who reads them', async () => {
    const mine = await watch(await gateway.bearer('customer', 'c-mine'));
    const all = await watch(await gateway.bearer('teller'));
    await Promise.all([mine, all].map((stream) => stream.until(() => stream.lastId() !== undefined)));
    for (const customerId of ['c-others', 'c-mine', 'c-others']) feed.add(customerId);
    await all.until(() => all.events.length === 3);
    await mine.until(() => mine.events.length === 1);
    expect(mine.events.map(({ customerId }) => customerId)).toEqual(['c-mine']);
    expect(all.events).toHaveLength(3);
  });

  it('can be filtered by service', async () => {
    const stream = await watch(await gateway.bearer('operator'), '?source=orders');
    const all = await watch(await gateway.bearer('operator'));
    await all.until(() => all.lastId() !== undefined);
    feed.add('c1');
    await all.until(() => all.events.length === 1);
    expect(stream.events).toEqual([]);
  });

  it('reject an invalid cursor', async () => {
    const headers = { ...(await gateway.bearer('operator')), 'Last-Event-ID': 'accounts/0=1; drop table' };
    const { status } = await fetch(`${gateway.url}/api/events`, { headers });
    expect(status).toBe(400);
  });

  it('start at the end of feeds that are not in the cursor, and drop unknown feeds from it', async () => {
    const codec = cursorCodec(keys.privateKey);
    const from = codec.seal(
      new Map([
        ['accounts/0', 999_999_999],
        ['nothing/0', 1],
        ['accounts/7', 1],
      ]),
    );
    const stream = await watch({ ...(await gateway.bearer('operator')), 'Last-Event-ID': from });
    const expected = new Map([
      ['accounts/0', feed.head()],
      ['accounts/7', 1],
    ]);
    const isThere = (): boolean => {
      const at = stream.lastId() === undefined ? undefined : codec.open(stream.lastId()!);
      return at?.get('accounts/0') === feed.head();
    };
    await stream.until(isThere);
    expect(codec.open(stream.lastId()!)).toEqual(expected);
    const added = feed.add('c1');
    await stream.until(() => stream.events.length > 0);
    expect(stream.events.map(({ position }) => position)).toEqual([added.feedposition]);
  });

  it('show a customer neither positions nor when others are busy', async () => {
    const mine = await watch(await gateway.bearer('customer', 'c-mine'));
    const all = await watch(await gateway.bearer('teller'));
    await Promise.all([mine, all].map((stream) => stream.until(() => stream.lastId() !== undefined)));
    for (let count = 0; count < 20; count += 1) {
      feed.add('c-others');
      await all.until(() => all.events.length > count);
    }
    expect(mine.messages).toEqual(['cursor']);
    const added = feed.add('c-mine');
    await mine.until(() => mine.messages.length > 1);
    expect(mine.messages).toEqual(['cursor', 'cursor']);
    expect(mine.events).toHaveLength(1);
    const { data } = mine.events[0]!;
    expect(Object.keys(JSON.parse(data) as object)).not.toEqual(
      expect.arrayContaining(['feedposition', 'feedpartition']),
    );
    expect(data).not.toContain(added.id);
    expect(added.id).toMatch(/^accounts\/0\/\d+$/);
  });

  it('have cursors of one length that differ each time', async () => {
    const codec = cursorCodec(keys.privateKey);
    const sealed = [1, 1, 999_999_999].map((position) => codec.seal(new Map([['accounts/0', position]])));
    expect(new Set(sealed).size).toBe(3);
    expect(new Set(sealed.map(({ length }) => length)).size).toBe(1);
    expect(cursorCodec('another secret').open(sealed[0]!)).toBeUndefined();
    const altered = sealed[0]!.startsWith('A') ? 'B' : 'A';
    expect(codec.open(`${altered}${sealed[0]!.slice(1)}`)).toBeUndefined();
  });

  it('read a bounded part of a feed for a customer who resumes from long ago, and report that events are left out', async () => {
    const headers = await gateway.bearer('customer', 'c-mine');
    feed.add('c-mine');
    for (let count = 0; count < 7_000; count += 1) feed.add('c-others');
    const old = cursorCodec(keys.privateKey).seal(new Map([['accounts/0', 0]]));
    const pulled = feed.pulled();
    const stream = await watch({ ...headers, 'Last-Event-ID': old });
    const added = feed.add('c-mine');
    await stream.until(() => stream.events.length > 0);
    expect(stream.messages).toContain('gap');
    expect(JSON.parse(stream.events[0]!.data)).toMatchObject({
      id: cursorCodec(keys.privateKey).eventId(added.id),
    });
    expect(stream.events).toHaveLength(1);
    expect(feed.pulled() - pulled).toBeLessThan(6_000);
  });

  it('are limited for each caller, with places left for staff', async () => {
    const rejection = async (headers: Readonly<Record<string, string>>) => {
      const response = await fetch(`${small.url}/api/events`, { headers });
      const { type } = (await response.json()) as { type: string };
      return { status: response.status, type, retryAfter: response.headers.get('retry-after') };
    };
    const noShare = { status: 429, type: '/problems/too-many-streams', retryAfter: '10' };
    const noPlace = { status: 503, type: '/problems/too-many-readers', retryAfter: '10' };
    const [ada, bob, eve] = [
      await small.bearer('customer', 'ada'),
      await small.bearer('customer', 'bob'),
      await small.bearer('customer', 'eve'),
    ];
    const first = await watch(ada, '', small);
    await watch(ada, '', small);
    expect(await rejection(ada)).toEqual(noShare);
    await watch(bob, '', small);
    expect(await rejection(eve)).toEqual(noPlace);
    await watch(await small.bearer('operator'), '', small);
    expect(await rejection(await small.bearer('teller'))).toEqual(noPlace);
    first.leave();
    await first.done;
    // The place of staff is taken, and one of the customers' is free again.
    const isFree = async (): Promise<void> => {
      const abort = new AbortController();
      const { status } = await fetch(`${small.url}/api/events`, { headers: eve, signal: abort.signal });
      abort.abort();
      expect(status).toBe(200);
    };
    await until(isFree, { what: 'the place of a stream that ended', timeoutMs: 10_000 });
  });

  it('respond to HEAD without a body', async () => {
    const headers = await gateway.bearer('operator');
    const { status, body } = await fetch(`${gateway.url}/api/events`, { method: 'HEAD', headers });
    expect([status, body]).toEqual([200, null]);
  });

  it('end when the gateway stops', async () => {
    const stream = await watch(await gateway.bearer('operator'));
    await stream.until(() => stream.lastId() !== undefined);
    gateway.stop();
    await expect(stream.done).resolves.toBeUndefined();
  });
});
