import { stateMigrations } from '@bankside/dapr/migrations';
import { seededRandom } from '@bankside/std/random';
import { migrate } from '@bankside/migrations';
import { createServiceDatabase, type Database } from '@bankside/tools';
import type { Pool } from 'pg';
import type { EventEnvelope } from '@bankside/contracts';
import type { PublicationMap } from './outbox-reader';
import { consumer } from './consumer';
import { feedPartitions, readFeedPage } from './feed-page';
import { feedMigrations } from './migrations';
import { relay, type Relay, type RelayOptions } from './relay';
import {
  append,
  commitOf,
  deposits,
  feedOf,
  killLeader,
  openPool,
  ownerSets,
  SOURCE,
  until,
} from '../testing/database';

const open: Array<() => Promise<void>> = [];
const opened = (url: string, max = 20): Pool => {
  const pool = openPool(url, max);
  open.push(() => pool.end());
  return pool;
};
const database = async (partitions = 1): Promise<Pool> =>
  opened((await createServiceDatabase('relay', ownerSets, { partitions })).url);
/** A service that has commits already, and no feed. */
const withoutFeed = async (): Promise<
  Readonly<{ pool: Pool; addFeed: (partitions?: number) => Promise<unknown> }>
> => {
  const { url, ownerUrl }: Database = await createServiceDatabase('relay', [stateMigrations]);
  return {
    pool: opened(url),
    addFeed: (partitions = 1) =>
      migrate({ ownerUrl, serviceUrl: url, sets: [feedMigrations], parameters: { partitions } }),
  };
};
const start = (pool: Pool, options: Partial<RelayOptions> = {}): Relay => {
  const { publish = async () => undefined, onError = () => undefined } = options;
  const one = relay({ pool, source: 'accounts', map: deposits, partitions: 1, ...options, publish, onError });
  open.unshift(one.stop);
  return one;
};
const NEVER = { firstMs: 60_000, longestMs: 60_000 };
const fed = (pool: Pool, events: number) => until(async () => (await feedOf(pool)).length >= events, 30_000);
const order = (events: readonly EventEnvelope[]) =>
  events.map(({ subject, streamrevision }) => `${subject}/${streamrevision}`);
const positions = (events: readonly EventEnvelope[]) => events.map(({ feedposition }) => feedposition);
const count = (to: number) => Array.from({ length: to }, (_, index) => index + 1);

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

describe('the migrations of the feed', () => {
  it('feed earlier commits once, even if five migrators run at the same time', async () => {
    const { pool, addFeed } = await withoutFeed();
    await append(pool, commitOf('a', 1), commitOf('a', 2));
    await pool.query(`insert into state (key, value) values ('c/1', 'x'), ('n/a', 'x'), ('u/mobile/1', 'x')`);
    await Promise.all(count(5).map(() => addFeed()));
    await append(pool, commitOf('a', 3));
    start(pool);
    await fed(pool, 3);
    expect(order(await feedOf(pool))).toEqual(['a/1', 'a/2', 'a/3']);
  });

  it('miss no commit of concurrent writers', async () => {
    const { pool, addFeed } = await withoutFeed();
    const writers = count(8).map(async (writer) => {
      for (const revision of count(50)) await append(pool, commitOf(`s${writer}`, revision));
    });
    await addFeed();
    await Promise.all(writers);
    start(pool);
    await fed(pool, 400);
    expect(new Set(order(await feedOf(pool))).size).toBe(400);
  });

  it('fix the number of partitions', async () => {
    const { pool, addFeed } = await withoutFeed();
    await addFeed(3);
    await addFeed(5);
    expect(await feedPartitions(pool, 3)).toBe(3);
    await expect(feedPartitions(pool, 5)).rejects.toThrow('Set feedPartitions back to 3.');
  });
});

describe('the relay', () => {
  it('loses no commit whose row got its number early and was committed late', async () => {
    const pool = await database();
    const one = start(pool);
    const slow = await pool.connect();
    await slow.query('begin');
    await append(slow, commitOf('slow', 1));
    await append(pool, commitOf('quick', 1));
    one.notify();
    await fed(pool, 1);
    await slow.query('commit');
    slow.release();
    one.notify();
    await fed(pool, 2);
    expect(order(await feedOf(pool))).toEqual(['quick/1', 'slow/1']);
  });

  it('gives each published event of a commit a position, and unpublished events none', async () => {
    const pool = await database();
    const map: PublicationMap = (_, { data }) => {
      const { amountCents } = data as { amountCents: number };
      if (amountCents === 0) return undefined;
      const event = { type: 'accounts.money-deposited.v1', data };
      return amountCents > 100 ? [event, { type: 'accounts.large-deposit-made.v1', data }] : event;
    };
    const published: EventEnvelope[] = [];
    await append(pool, commitOf('a', 1, [1, 0, 101]), commitOf('a', 2, [0]), commitOf('a', 3, [2]));
    start(pool, { map, publish: async (events) => void published.push(...events) });
    await until(async () => published.length === 4, 10_000);
    const feed = await feedOf(pool);
    expect(published).toEqual(feed);
    expect(feed[3]).toEqual({
      specversion: '1.0',
      id: 'accounts/0/4',
      type: 'accounts.money-deposited.v1',
      source: 'accounts',
      subject: 'a',
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      partitionkey: 'a',
      feedpartition: 0,
      feedposition: 4,
      streamrevision: 3,
      data: { amountCents: 2 },
    });
    expect(order(feed)).toEqual(['a/1', 'a/1', 'a/1', 'a/3']);
    const { rows } = await pool.query('select * from outbox');
    expect(rows).toEqual([]);
  });

  it('keeps feeding while the broker is down, and publishes everything in order afterwards', async () => {
    const pool = await database();
    const published: EventEnvelope[] = [];
    let down = true;
    const errors: string[] = [];
    const one = start(pool, {
      publish: async (events) => {
        if (down) throw new Error('no broker');
        published.push(...events);
      },
      onError: (error, { task }) => errors.push(`${task}: ${(error as Error).message}`),
    });
    for (const revision of count(1_200)) await append(pool, commitOf('a', revision));
    await fed(pool, 1_200);
    await until(async () => errors.includes('publish: no broker'), 10_000);
    expect(await one.stats()).toEqual([
      {
        unpublishedSeconds: expect.any(Number),
        partition: 0,
        outboxDepth: 0,
        oldestSeconds: 0,
        commits: 1_200,
        head: 1_200,
        published: 0,
        leading: true,
        failing: true,
      },
    ]);
    down = false;
    await until(async () => (await one.stats())[0]?.published === 1_200, 20_000);
    expect(positions(published)).toEqual(count(1_200));
  });

  it('reports a commit that the map throws on, waits there, and skips nothing once it is fixed', async () => {
    const pool = await database();
    let broken = true;
    const errors: unknown[] = [];
    const map: PublicationMap = (commit, event, index) => {
      if (broken && commit.revision === 3) throw new Error('bug');
      return deposits(commit, event, index);
    };
    await append(pool, ...count(5).map((revision) => commitOf('a', revision)));
    const one = start(pool, { map, onError: (error, { task }) => errors.push(task, (error as Error).cause) });
    await until(async () => errors.length > 2, 10_000);
    expect(errors.slice(0, 2)).toEqual(['map', new Error('bug')]);
    expect(order(await feedOf(pool))).toEqual(['a/1', 'a/2']);
    const [stopped] = await one.stats();
    expect(stopped).toMatchObject({ outboxDepth: 3, commits: 2, failing: true });
    expect(stopped!.oldestSeconds).toBeGreaterThan(0);
    broken = false;
    await fed(pool, 5);
    expect(order(await feedOf(pool))).toEqual(['a/1', 'a/2', 'a/3', 'a/4', 'a/5']);
  });

  it('feeds at once when a replica that does not lead notifies it', async () => {
    const pool = await database();
    const leading: string[] = [];
    const leader = (name: string) => ({
      poll: NEVER, // So that only a notification brings a commit into the feed.
      onLeading: (_partition: number, leads: boolean) => void (leads && leading.push(name)),
    });
    start(pool, { test: leader('first') });
    await until(async () => leading.length === 1, 10_000);
    const second = start(pool, { test: leader('second') });
    for (const revision of count(20)) {
      await append(pool, commitOf('a', revision));
      second.notify();
      await until(async () => (await feedOf(pool)).length === revision, 5_000);
    }
    expect(leading).toEqual(['first']);
  });

  it('feeds a commit whose process was killed before it notified, when a replica starts or a reader waits', async () => {
    const pool = await database();
    const leading: number[] = [];
    start(pool, { test: { poll: NEVER, onLeading: (partition) => void leading.push(partition) } });
    await until(async () => leading.length === 1, 10_000);
    await append(pool, commitOf('a', 1));
    start(pool, { test: { poll: NEVER } });
    await fed(pool, 1);
    await append(pool, commitOf('a', 2));
    const { events } = await readFeedPage(
      { pool, source: SOURCE },
      { partition: 0, after: 1, limit: 10, flushed: true },
    );
    expect(order(events)).toEqual(['a/2']);
  });

  it('polls for commits of which no notification came', async () => {
    const pool = await database();
    const leading: number[] = [];
    const test = {
      poll: { firstMs: 10, longestMs: 10 },
      onLeading: (partition: number) => void leading.push(partition),
    };
    start(pool, { test });
    await until(async () => leading.length === 1, 10_000);
    await append(pool, commitOf('a', 1));
    await fed(pool, 1);
    expect(order(await feedOf(pool))).toEqual(['a/1']);
  });

  it('publishes the last event again while no other follows, so that a consumer learns of a lost message', async () => {
    const pool = await database();
    const sent: number[][] = [];
    const applied: string[] = [];
    const one = consumer({
      source: 'accounts',
      pull: (request) => readFeedPage({ pool, source: SOURCE }, request),
      sink: {
        position: async () => applied.length,
        apply: async (_, events) => void applied.push(...order(events)),
      },
      now: () => new Date(),
      onError: () => undefined,
      test: { check: NEVER },
    });
    open.unshift(one.stop);
    await append(pool, commitOf('a', 1), commitOf('a', 2)); // Before the relay starts, so that it publishes both at once.
    start(pool, {
      publish: async (events) => {
        sent.push(positions(events));
        if (sent.length > 1) await one.deliver(events); // The broker loses the first message.
      },
      test: { repeatAfterMs: [100, 100] },
    });
    await until(async () => sent.length === 3, 10_000);
    expect(sent).toEqual([[1, 2], [2], [2]]);
    expect(applied).toEqual(['a/1', 'a/2']);
  });

  it('gathers commits after a batch, as long as the number of its commits asks for', async () => {
    const pool = await database();
    await append(pool, ...count(3).map((revision) => commitOf('a', revision)));
    const one = start(pool, {
      map: (commit, event, index) => {
        if (commit.revision === 3) void append(pool, commitOf('a', 4)).then(() => one.notify());
        return deposits(commit, event, index);
      },
      test: { gatheringMs: (commits) => commits * 200 },
    });
    await fed(pool, 4);
    const { rows } = await pool.query<{ ms: number }>(
      'select (extract(epoch from max(at) - min(at)) * 1000)::float8 as ms from feed_chain',
    );
    expect(rows[0]?.ms).toBeGreaterThan(590); // A timer may be a little early.
  });

  it('hands the leadership over when it stops', async () => {
    const pool = await database();
    const first = start(pool);
    await until(async () => (await first.stats())[0]?.leading === true, 10_000);
    const second = start(pool);
    await first.stop();
    await append(pool, commitOf('a', 1));
    await fed(pool, 1);
    expect((await second.stats())[0]?.leading).toBe(true);
  });
});

describe('two relays whose leader connections are killed under load', () => {
  it.each([1, 3])('leave a feed of %d partition(s) without gaps, losses or disorder', async (partitions) => {
    const pool = await database(partitions);
    const random = seededRandom(process.env['TEST_SEED']);
    const published: EventEnvelope[][] = [];
    const replica = () => {
      const mine: EventEnvelope[] = [];
      published.push(mine);
      return start(pool, {
        partitions,
        publish: async (events) => {
          if (random() < 0.1) throw new Error('broker');
          mine.push(...events);
        },
      });
    };
    const relays = [replica(), replica()];
    let writing = true;
    const writers = count(6).map(async (writer) => {
      for (const revision of count(250)) {
        await append(pool, commitOf(`s${writer}`, revision));
        relays[writer % 2]!.notify();
      }
    });
    const killing = (async () => {
      let kills = 0;
      while (writing || kills < 5) {
        const partition = Math.floor(random() * partitions);
        if (await killLeader(pool, partition)) kills += 1;
        await new Promise((resolve) => setTimeout(resolve, random() * 200)); // At random moments of its work.
      }
      return kills;
    })();
    await Promise.all(writers);
    writing = false;
    expect(await killing).toBeGreaterThanOrEqual(5);
    await until(async () => {
      const stats = await relays[0]!.stats();
      return stats.every(({ outboxDepth, head, published: upTo }) => outboxDepth === 0 && head === upTo);
    }, 40_000);

    const feeds = await Promise.all(count(partitions).map((one) => feedOf(pool, one - 1)));
    for (const feed of feeds) expect(positions(feed)).toEqual(count(feed.length));
    for (const writer of count(6)) {
      const mine = feeds.map((feed) => feed.filter(({ subject }) => subject === `s${writer}`));
      expect(mine.filter((events) => events.length > 0)).toHaveLength(1);
      expect(mine.flat().map(({ streamrevision }) => streamrevision)).toEqual(count(250));
    }
    const ids = new Set(published.flat().map(({ id }) => id));
    expect(ids.size).toBe(1_500);
  });
});

describe('three relays of a feed of six partitions', () => {
  it('lead two partitions each, three once one has stopped, and publish each event once and in order', async () => {
    const pool = await database(6);
    const published: EventEnvelope[] = [];
    const options = {
      partitions: 6,
      publish: async (events: readonly EventEnvelope[]) => void published.push(...events),
      test: { repeatAfterMs: [] },
    };
    const led = async (one: Relay) => (await one.stats()).filter(({ leading }) => leading).length;
    const share = (relays: readonly Relay[], each: number) =>
      until(async () => (await Promise.all(relays.map(led))).every((one) => one === each), 30_000);
    let writing = true;
    let revision = 0;
    const first = start(pool, options);
    await share([first], 6);
    const writer = (async () => {
      while (writing) {
        revision += 1;
        for (const stream of count(6)) await append(pool, commitOf(`s${stream}`, revision));
        first.notify();
      }
    })();
    const [second, third] = [start(pool, options), start(pool, options)];
    await share([first, second, third], 2);
    await second.stop();
    await share([first, third], 3);
    writing = false;
    await writer;
    await until(async () => published.length >= 6 * revision, 30_000);
    expect(revision).toBeGreaterThan(1);
    for (const stream of count(6))
      expect(
        published.filter(({ subject }) => subject === `s${stream}`).map((event) => event.streamrevision),
      ).toEqual(count(revision));
  });
});
