import { join } from 'node:path';
import { migrationSet } from '@bankside/migrations';
import { seededRandom } from '@bankside/std/random';
import { createServiceDatabase } from '@bankside/tools';
import type { Pool, PoolClient } from 'pg';
import { consumer, type Consumer, type ConsumerOptions } from './consumer';
import type { EventEnvelope } from '@bankside/contracts';
import { feedEvents } from '../testing/feed-events';
import { consumerMigrations } from './migrations';
import { type FeedPage } from '@bankside/contracts';
import { feedHandler, readFeedPage } from './feed-page';
import { deadLetters } from './dead-letters';
import { concernedWith, type Handle } from './handle';
import { postgresConsumer, type PostgresConsumer, postgresSink } from './postgres-consumer';
import { relay } from './relay';
import { Poison } from './feed-subscription';
import { append, commitOf, deposits, killAll, openPool, ownerSets, SOURCE, until } from '../testing/database';

/** Generous, for a busy machine. */
const WITHIN_MS = 30_000;

const open: Array<() => Promise<void>> = [];
const database = async (partitions = 1): Promise<Pool> => {
  const sets = [...ownerSets, consumerMigrations, migrationSet(join(__dirname, '..', 'testing', 'counted'))];
  const pool = openPool((await createServiceDatabase('consumer', sets, { partitions })).url);
  open.push(() => pool.end());
  return pool;
};

/** Counts the events of each stream, and those applied twice or too late. Rejects nothing, since that would hide a fault. */
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
  it('apply each event once and in order while connections are cut and the broker loses and duplicates events', async () => {
    const pool = await database();
    // Cuts all connections but its own, so its queries never meet a connection that was just cut.
    const observer = openPool(pool.options.connectionString!, 1);
    open.push(() => observer.end());
    const events = feedEvents(1, 3_000, { streams: 7 });
    const replicas = [1, 2].map(() =>
      start({
        sink: postgresSink(pool, { consumer: 'counter', source: 'accounts', handle: count }),
        pull: pullFrom(events),
        test: { check: { firstMs: 100, longestMs: 100 } },
      }),
    );
    const random = seededRandom(process.env['TEST_SEED']);
    let failed = 0;
    const deliveries: Promise<void>[] = [];
    for (let first = 0; first < events.length;) {
      const size = 1 + Math.floor(random() * 40);
      const batch = events.slice(first, first + size).toSorted(() => random() - 0.5);
      first += size;
      const fate = random();
      const to = fate < 0.2 ? [] : fate < 0.4 ? replicas : [replicas[first % 2]!];
      for (const one of to) deliveries.push(one.deliver(batch).catch(() => void (failed += 1))); // Like the broker, which does not deliver again.
      if (fate > 0.8) await killAll(observer);
    }
    await Promise.all(deliveries);
    for (const one of replicas) one.start();
    await until(
      async () =>
        (await counted(observer))['account-0'] === 428 && replicas.every((one) => one.lag()[0]?.events === 0),
      WITHIN_MS,
    );
    expect(await counted(observer)).toEqual(
      Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map((n) => [`account-${n}`, n >= 1 && n <= 4 ? 429 : 428])),
    );
    expect(failed).toBeGreaterThan(0); // Otherwise no connection was cut during a delivery.
  });

  it('consume a feed of two partitions of a real relay without a broker', async () => {
    const partitions = 2;
    const pool = await database(partitions);
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
      pull: (request) => readFeedPage({ pool, source: SOURCE }, request),
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

describe('a consumer and its handler', () => {
  const BLOCKED = 'waits behind an earlier event of its stream';
  const ref = { consumer: 'counter', source: 'accounts', stream: 'account-1' };

  /** Fails on the events at these positions, after their effect. */
  const failing =
    (bad: () => ReadonlySet<number>, failure: (id: string) => Error): Handle =>
    async (client, batch) => {
      await count(client, batch);
      const failed = batch.find(({ feedposition }) => bad().has(feedposition));
      if (failed) throw failure(failed.id);
    };
  const startOn = (pool: Pool, handle: Handle, events: readonly EventEnvelope[]): PostgresConsumer => {
    const one = postgresConsumer({
      pool,
      name: 'counter',
      source: 'accounts',
      handle,
      pull: pullFrom(events),
      now: () => new Date(),
      onError: () => undefined,
    });
    open.unshift(one.stop);
    return one;
  };
  const openLetters = async (pool: Pool) =>
    (await deadLetters.openOf(pool, ref)).map(({ position, state, reason }) => ({ position, state, reason }));

  it('parks poison, holds back its stream only, and replays or discards it', async () => {
    const pool = await database();
    const events = feedEvents(1, 12, { streams: 3 });
    let bad = new Set([4, 10]);
    const one = startOn(
      pool,
      failing(
        () => bad,
        (id) => new Poison(`cannot read ${id}`),
      ),
      events,
    );
    await one.deliver(events.slice(0, 6));
    await one.deliver(events.slice(6));
    expect(await counted(pool)).toEqual({ 'account-0': 4, 'account-1': 1, 'account-2': 4 });
    expect(await openLetters(pool)).toEqual([
      { position: 4, state: 'poison', reason: 'cannot read accounts/0/4' },
      { position: 7, state: 'blocked', reason: BLOCKED },
      { position: 10, state: 'blocked', reason: BLOCKED },
    ]);
    expect(await deadLetters.counts(pool, 'counter')).toEqual(new Map([['accounts/0', 3]]));

    await one.replay({ source: 'accounts', stream: 'account-1', by: 'operator-1' });
    expect(await openLetters(pool)).toHaveLength(3);
    bad = new Set([10]);
    await one.replay({ source: 'accounts', stream: 'account-1', by: 'operator-1' });
    expect(await openLetters(pool)).toEqual([
      { position: 10, state: 'poison', reason: 'cannot read accounts/0/10' },
    ]);
    expect(await deadLetters.discard(pool, ref, { reason: 'a test of 2019', by: 'operator-2' })).toBe(true);
    expect(await deadLetters.discard(pool, ref, { reason: 'again', by: 'operator-2' })).toBe(false);
    expect(await counted(pool)).toEqual({ 'account-0': 4, 'account-1': 3, 'account-2': 4 });

    const all = await deadLetters.allOf(pool, ref);
    expect(
      all.map(({ position, state, resolvedBy, resolution }) => ({ position, state, resolvedBy, resolution })),
    ).toEqual([
      { position: 4, state: 'replayed', resolvedBy: 'operator-1', resolution: null },
      { position: 7, state: 'replayed', resolvedBy: 'operator-1', resolution: null },
      { position: 10, state: 'discarded', resolvedBy: 'operator-2', resolution: 'a test of 2019' },
    ]);
    const more = feedEvents(1, 13, { streams: 3 });
    await startOn(pool, count, more).deliver(more.slice(12));
    expect((await counted(pool))['account-1']).toBe(4);
  });

  it('parks an event that fails five times with a bug, so that its partition does not stay blocked', async () => {
    const pool = await database();
    const events = feedEvents(1, 9, { streams: 3 });
    const bug = failing(
      () => new Set([4]),
      () => new TypeError('x is undefined'),
    );
    const one = startOn(pool, bug, events);
    for (let failure = 1; failure <= 4; failure += 1)
      await expect(one.catchUp()).rejects.toThrow('x is undefined');
    expect(await counted(pool)).toEqual({});
    await one.catchUp();
    expect(await counted(pool)).toEqual({ 'account-0': 3, 'account-1': 1, 'account-2': 3 });
    expect(await openLetters(pool)).toEqual([
      { position: 4, state: 'poison', reason: 'x is undefined' },
      { position: 7, state: 'blocked', reason: BLOCKED },
    ]);
  });

  it('parks nothing if every stream fails, because then the handler is broken', async () => {
    const pool = await database();
    const events = feedEvents(1, 6, { streams: 3 });
    let broken = true;
    const one = startOn(
      pool,
      async (client, batch) => {
        if (broken) throw new TypeError('x is undefined');
        await count(client, batch);
      },
      events,
    );
    for (let failure = 1; failure <= 12; failure += 1)
      await expect(one.catchUp()).rejects.toThrow('x is undefined');
    broken = false;
    await one.catchUp();
    expect(await counted(pool)).toEqual({ 'account-0': 2, 'account-1': 2, 'account-2': 2 });
    expect(await deadLetters.counts(pool, 'counter')).toEqual(new Map());
  });

  it('parks nothing during an outage, however long it lasts', async () => {
    const pool = await database();
    const events = feedEvents(1, 3);
    let down = true;
    const one = startOn(
      pool,
      async (client, batch) => {
        if (down) throw Object.assign(new Error('no sidecar'), { name: 'Outage' });
        await count(client, batch);
      },
      events,
    );
    for (let failure = 1; failure <= 12; failure += 1)
      await expect(one.catchUp()).rejects.toThrow('no sidecar');
    down = false;
    await one.catchUp();
    expect(await counted(pool)).toEqual({ 'account-0': 1, 'account-1': 1, 'account-2': 1 });
    expect(await deadLetters.counts(pool, 'counter')).toEqual(new Map());
  });

  describe('events that the handler is not concerned with', () => {
    const odd = (handle: Handle): Handle =>
      concernedWith(({ feedposition }) => feedposition % 2 === 1, handle);
    const checkpoint = async (pool: Pool): Promise<number> => {
      const { rows } = await pool.query<{ position: string }>('select position from consumer_position');
      return Number(rows[0]?.position);
    };

    it('only move the checkpoint, and are recorded as delivered', async () => {
      const pool = await database();
      const events = feedEvents(1, 4);
      const handle = jest.fn(count);
      const one = startOn(pool, odd(handle), events);
      await one.deliver(events.slice(0, 1));
      await one.deliver(events.slice(1, 2));
      expect(handle).toHaveBeenCalledTimes(1);
      expect(await checkpoint(pool)).toBe(2);
      const { rows } = await pool.query(
        'select first::int, last::int, how from consumer_delivery order by first',
      );
      expect(rows).toEqual([
        { first: 1, last: 1, how: 'delivered' },
        { first: 2, last: 2, how: 'delivered' },
      ]);
      await one.deliver(events.slice(2));
      expect(handle).toHaveBeenLastCalledWith(expect.anything(), events.slice(2, 3));
    });

    it('are applied by one of two replicas', async () => {
      const pool = await database();
      const events = feedEvents(1, 2);
      const [one, two] = [startOn(pool, odd(count), events), startOn(pool, odd(count), events)];
      await Promise.all([one.deliver(events.slice(0, 1)), two.deliver(events.slice(0, 1))]);
      await Promise.all([one.deliver(events.slice(1)), two.deliver(events.slice(1))]);
      expect(await checkpoint(pool)).toBe(2);
      expect(await counted(pool)).toEqual({ 'account-1': 1 });
    });

    it('wait behind a poisoned event of their stream', async () => {
      const pool = await database();
      const events = feedEvents(1, 4, { streams: 3 });
      const poisoned = failing(
        () => new Set([1]),
        () => new Poison('no'),
      );
      const one = startOn(pool, odd(poisoned), events);
      for (const event of events) await one.deliver([event]);
      expect(await openLetters(pool)).toEqual([
        { position: 1, state: 'poison', reason: 'no' },
        { position: 4, state: 'blocked', reason: BLOCKED },
      ]);
    });
  });

  it('lists dead letters page by page', async () => {
    const pool = await database();
    const events = feedEvents(1, 9, { streams: 3 });
    const handle = failing(
      () => new Set([1, 2, 3]),
      () => new Poison('no'),
    );
    await startOn(pool, handle, events).deliver(events);
    const listed: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await deadLetters.list(pool, { consumers: ['counter'], state: 'open', cursor, limit: 4 });
      listed.push(...page.deadLetters.map(({ position }) => position));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(listed.toSorted((one, other) => one - other)).toEqual(events.map((event) => event.feedposition));
    for (const stream of ['account-0', 'account-1'])
      await deadLetters.discard(pool, { ...ref, stream }, { reason: 'a test', by: undefined });
    const query = { consumers: ['counter'], state: 'resolved', limit: 1 } as const;
    const first = await deadLetters.list(pool, query);
    const second = await deadLetters.list(pool, { ...query, cursor: first.next });
    expect([...first.deadLetters, ...second.deadLetters].map(({ position }) => position)).toEqual([1, 3]);
  });
});

describe('a page of the feed', () => {
  it('contains commits that are not fed yet if it is requested with `flushed`', async () => {
    const pool = await database();
    await append(pool, commitOf('a', 1));
    expect(
      (await readFeedPage({ pool, source: SOURCE }, { partition: 0, after: 0, limit: 10 })).events,
    ).toEqual([]);
    const asked = readFeedPage(
      { pool, source: SOURCE },
      { partition: 0, after: 0, limit: 10, flushed: true },
    );
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

  it('contains the events after a position in order, within its limit, with the head and the number of partitions', async () => {
    const pool = await database();
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
    const page = await readFeedPage({ pool, source: SOURCE }, { partition: 0, after: 1, limit: 2 });
    expect(page).toMatchObject({ head: 4, partitions: 1 });
    expect(page.events.map(({ feedposition }) => feedposition)).toEqual([2, 3]);
    expect(await readFeedPage({ pool, source: SOURCE }, { partition: 0, after: 4, limit: 2 })).toEqual({
      events: [],
      head: 4,
      partitions: 1,
    });

    const ask = feedHandler({ pool, source: SOURCE }, (_partition, head) => ({
      ...head,
      signature: 'signed',
    }));
    const { status, body } = await ask({ partition: '0', after: '1', limit: '2' });
    const { chain, ...same } = JSON.parse(body) as FeedPage;
    expect([status, same]).toEqual([200, page]);
    expect(chain).toEqual({
      head: {
        number: 4,
        position: 4,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        at: expect.any(String),
        signature: 'signed',
      },
    });
    expect(JSON.parse((await ask({ witnessed: '4' })).body)).toMatchObject({
      chain: { witnessed: chain!.head.hash },
    });
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
