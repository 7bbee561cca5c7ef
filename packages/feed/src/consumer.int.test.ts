import { createDatabase } from '@bankside/tools';
import type { Pool, PoolClient } from 'pg';
import { consumer, type Consumer, type ConsumerOptions } from './consumer';
import type { EventEnvelope } from '@bankside/contracts';
import { feedEvents } from './fixtures';
import { installFeed } from './install';
import { type FeedPage } from '@bankside/contracts';
import { feedHandler, readFeedPage } from './feed-page';
import { installConsumer, postgresSink } from './postgres-sink';
import { relay } from './relay';
import { Poison } from './sink';
import { append, commitOf, createState, deposits, killAll, openPool, until } from './testing';

/** For a machine that has much else to do. */
const WITHIN_MS = 30_000;

const open: Array<() => Promise<void>> = [];
const database = async (): Promise<Pool> => {
  const pool = openPool(await createDatabase('consumer'));
  open.push(() => pool.end());
  await Promise.all([installConsumer(pool), installConsumer(pool)]);
  await pool.query(
    'create table counted (stream text primary key, events int not null, last int not null, disorder int not null)',
  );
  return pool;
};

/** Counts the events of each stream, and those that came twice or too late. Refuses nothing: that would mend a fault. */
const count = async (client: PoolClient, events: readonly EventEnvelope[]): Promise<void> => {
  for (const { subject, feedposition } of events)
    await client.query(
      `insert into counted values ($1, 1, $2, 0) on conflict (stream) do update set events = counted.events + 1,
       last = $2, disorder = counted.disorder + (counted.last >= $2)::int`,
      [subject, feedposition],
    );
};
const counted = async (pool: Pool): Promise<Readonly<Record<string, number>>> => {
  const { rows } = await pool.query<{ stream: string; events: number; disorder: number }>(
    'select stream, events, disorder from counted order by 1',
  );
  expect(rows.filter(({ disorder }) => disorder > 0)).toEqual([]);
  return Object.fromEntries(rows.map(({ stream, events }) => [stream, events]));
};

const pullFrom =
  (events: readonly EventEnvelope[]): ConsumerOptions['pull'] =>
  async ({ after, limit }): Promise<FeedPage> => ({
    events: events.slice(after, after + limit),
    head: events.length,
    partitions: 1,
  });
const start = (options: Pick<ConsumerOptions, 'sink' | 'pull'> & Partial<ConsumerOptions>): Consumer => {
  const one = consumer({ source: 'accounts', now: () => new Date(), onError: () => undefined, ...options });
  open.unshift(one.stop);
  return one;
};

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

describe('two replicas of a consumer on PostgreSQL', () => {
  it('give each event its effect once and in order, while connections are cut and the broker is careless', async () => {
    const pool = await database();
    const events = feedEvents(1, 3_000, { streams: 7 });
    const replicas = [1, 2].map(() =>
      start({
        sink: postgresSink(pool, { consumer: 'counter', source: 'accounts', handle: count }),
        pull: pullFrom(events),
        checkEveryMs: 100,
      }),
    );
    let failed = 0;
    const deliveries: Promise<void>[] = [];
    for (let first = 0; first < events.length;) {
      const size = 1 + Math.floor(Math.random() * 40);
      const batch = events.slice(first, first + size).toSorted(() => Math.random() - 0.5);
      first += size;
      const fate = Math.random();
      const to = fate < 0.2 ? [] : fate < 0.4 ? replicas : [replicas[first % 2]!];
      for (const one of to) deliveries.push(one.deliver(batch).catch(() => void (failed += 1))); // As the broker does: it never comes again.
      if (fate > 0.8) await killAll(pool);
    }
    await Promise.all(deliveries);
    for (const one of replicas) one.start();
    await until(
      async () =>
        (await counted(pool))['account-0'] === 428 && replicas.every((one) => one.lag()[0]?.events === 0),
      WITHIN_MS,
    );
    expect(await counted(pool)).toEqual(
      Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map((n) => [`account-${n}`, n >= 1 && n <= 4 ? 429 : 428])),
    );
    expect(failed).toBeGreaterThan(0); // Or else nothing was cut in the middle.
  });

  it('follow a real relay and its feed, with nothing but the feed', async () => {
    const pool = await database();
    await createState(pool);
    const partitions = await installFeed(pool, { partitions: 2 });
    const owner = relay({
      pool,
      source: 'accounts',
      map: deposits,
      partitions,
      publish: async () => undefined,
      onError: () => undefined,
    });
    open.unshift(owner.stop);
    const one = start({
      sink: postgresSink(pool, { consumer: 'counter', source: 'accounts', handle: count }),
      pull: (request) => readFeedPage(pool, request),
    });
    for (let revision = 1; revision <= 30; revision += 1)
      await append(pool, ...['a', 'b', 'c', 'd'].map((stream) => commitOf(stream, revision)));
    owner.notify();
    await until(async () => (await owner.stats()).every(({ outboxDepth }) => outboxDepth === 0), WITHIN_MS);
    await one.catchUp();
    expect(await counted(pool)).toEqual({ a: 30, b: 30, c: 30, d: 30 });
    expect(one.lag()).toHaveLength(2);
  });
});

describe('an event that can not be applied', () => {
  it('holds back its own stream only, until it is replayed or given up', async () => {
    const pool = await database();
    const events = feedEvents(1, 12, { streams: 3 });
    let bad = new Set([4, 10]);
    const sink = postgresSink(pool, {
      consumer: 'counter',
      source: 'accounts',
      handle: async (client, batch) => {
        await count(client, batch);
        const poison = batch.find(({ feedposition }) => bad.has(feedposition));
        if (poison) throw new Poison(`cannot read ${poison.id}`);
      },
    });
    const one = start({ sink, pull: pullFrom(events) });
    await one.deliver(events.slice(0, 6));
    await one.deliver(events.slice(6));
    expect(await counted(pool)).toEqual({ 'account-0': 4, 'account-1': 1, 'account-2': 4 });
    expect(
      (await sink.letters(10)).map(({ position, state, reason }) => ({ position, state, reason })),
    ).toEqual([
      { position: 4, state: 'poison', reason: 'cannot read accounts/0/4' },
      { position: 7, state: 'held', reason: 'waits behind an earlier event of its stream' },
      { position: 10, state: 'held', reason: 'waits behind an earlier event of its stream' },
    ]);

    expect(await sink.replay('account-1')).toEqual({ applied: 0, left: 3 });
    bad = new Set([10]);
    expect(await sink.replay('account-1')).toEqual({ applied: 2, left: 1 });
    expect((await sink.letters(10)).map(({ position, state }) => [position, state])).toEqual([
      [10, 'poison'],
    ]);
    expect(await sink.discard('account-1', 'a test of 2019')).toBe(true);
    expect(await sink.discard('account-1', 'again')).toBe(false);
    expect(await counted(pool)).toEqual({ 'account-0': 4, 'account-1': 3, 'account-2': 4 });

    const { rows } = await pool.query('select position, state, reason from dead_letter order by position');
    expect(rows).toEqual([
      { position: '4', state: 'replayed', reason: 'cannot read accounts/0/4' },
      { position: '7', state: 'replayed', reason: 'waits behind an earlier event of its stream' },
      { position: '10', state: 'discarded', reason: 'a test of 2019 (it was: cannot read accounts/0/10)' },
    ]);
    const more = feedEvents(1, 13, { streams: 3 });
    await start({ sink, pull: pullFrom(more) }).deliver(more.slice(12));
    expect((await counted(pool))['account-1']).toBe(4);
  });
});

describe('a page of the feed', () => {
  it('has what is committed but not fed yet, when it is asked for settled', async () => {
    const pool = await database();
    await createState(pool);
    await installFeed(pool);
    await append(pool, commitOf('a', 1));
    expect((await readFeedPage(pool, { partition: 0, after: 0, limit: 10 })).events).toEqual([]);
    const asked = readFeedPage(pool, { partition: 0, after: 0, limit: 10, flushed: true });
    const publish = async () => undefined;
    const owner = relay({
      pool,
      source: 'accounts',
      map: deposits,
      partitions: 1,
      publish,
      onError: () => undefined,
    });
    open.unshift(owner.stop);
    expect((await asked).events).toHaveLength(1);
  });

  it('comes in order after a position, within bounds, with the head and the number of partitions', async () => {
    const pool = await database();
    await createState(pool);
    await installFeed(pool);
    await append(pool, ...[1, 2, 3, 4].map((revision) => commitOf('a', revision)));
    const owner = relay({
      pool,
      source: 'accounts',
      map: deposits,
      partitions: 1,
      publish: async () => undefined,
      onError: () => undefined,
    });
    open.unshift(owner.stop);
    await until(async () => (await owner.stats())[0]?.head === 4, WITHIN_MS);
    const page = await readFeedPage(pool, { partition: 0, after: 1, limit: 2 });
    expect(page).toMatchObject({ head: 4, partitions: 1 });
    expect(page.events.map(({ feedposition }) => feedposition)).toEqual([2, 3]);
    expect(await readFeedPage(pool, { partition: 0, after: 4, limit: 2 })).toEqual({
      events: [],
      head: 4,
      partitions: 1,
    });

    const ask = feedHandler(pool);
    const { status, body } = await ask({ partition: '0', after: '1', limit: '2' });
    expect([status, JSON.parse(body)]).toEqual([200, page]);
    expect(JSON.parse((await ask({})).body).events).toHaveLength(4);
    for (const query of [
      { partition: '1' },
      { after: '-1' },
      { after: 'x' },
      { limit: '0' },
      { limit: ['1'] },
      { partition: '9999999999' },
    ])
      expect((await ask(query)).status).toBe(400);
  });
});
