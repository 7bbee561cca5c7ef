import express from 'express';
import { fakeFeed } from '../../testing/fake-feed';
import { startGateway, type TestGateway } from '../../testing/gateway';
import { listen, type Listening } from '../../testing/listen';

type Seen = Readonly<{ id: string; position: number; customerId: string }>;

/** Reads a stream of server-sent events as a browser does. */
const reader = (response: Response) => {
  const events: Seen[] = [];
  let lastId: string | undefined;
  let ended = false;
  const waiting = new Set<() => void>();
  const told = (): void => waiting.forEach((look) => look());
  const take = (block: string): void => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    lastId = field('id') ?? lastId;
    const data = field('data');
    if (data === undefined) return;
    const event = JSON.parse(data) as { feedposition: number; data: { customerId: string } };
    events.push({ id: lastId!, position: event.feedposition, customerId: event.data.customerId });
  };
  const run = async (): Promise<void> => {
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop()!;
      blocks.forEach(take);
      told();
    }
  };
  const done = run()
    .catch(() => undefined)
    .finally(() => {
      ended = true;
      told();
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
    until,
    done,
    lastId: () => lastId,
    close: () => response.body!.cancel().catch(() => undefined),
  };
};

describe('live events', () => {
  const feed = fakeFeed('accounts');
  let owner: Listening;
  let gateway: TestGateway;
  const aborts: AbortController[] = [];

  beforeAll(async () => {
    owner = await listen(express().use(feed.router));
    gateway = await startGateway({ accounts: owner.port });
    for (let count = 0; count < 3; count += 1) feed.add('c1');
  });
  afterEach(() => aborts.splice(0).forEach((one) => one.abort()));
  afterAll(async () => {
    await gateway.close();
    await owner.close();
  });

  const watch = async (headers: Readonly<Record<string, string>>, query = '') => {
    const abort = new AbortController();
    aborts.push(abort);
    const response = await fetch(`${gateway.url}/api/events${query}`, { headers, signal: abort.signal });
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
    const from = 'accounts/0=999999999,nothing/0=1,accounts/7=1';
    const stream = await watch({ ...(await gateway.bearer('operator')), 'Last-Event-ID': from });
    const end = `accounts/0=${feed.head()}`;
    await stream.until(() => stream.lastId()?.startsWith(end) === true);
    expect(stream.lastId()).toBe(`${end},accounts/7=1`);
    const added = feed.add('c1');
    await stream.until(() => stream.events.length > 0);
    expect(stream.events.map(({ position }) => position)).toEqual([added.feedposition]);
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
