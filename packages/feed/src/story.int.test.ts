import { createServiceDatabase } from '@bankside/tools';
import type { Pool } from 'pg';
import type { PublicationMap } from './outbox-reader';
import { relay } from './relay';
import { storyOf } from './story';
import { append, commitOf, openPool, ownerSets, until } from '../testing/database';

const STORY = '6f1c1b0e-4a35-8c1e-9a83-1f0f6f3c3a11';
const OTHER = '00000000-4a35-8c1e-9a83-1f0f6f3c3a11';

/** Publishes two events for an amount of 2, and none for 0. */
const map: PublicationMap = (_, { data }) =>
  Array.from({ length: (data as { amountCents: number }).amountCents }, () => ({
    type: 'accounts.money-deposited.v1',
    data,
  }));

describe('the commits of a story', () => {
  let pool: Pool;
  let broker: { down: boolean };
  let close: () => Promise<void>;
  const of = (correlationId: string) => storyOf(pool, 'accounts', correlationId);

  beforeAll(async () => {
    pool = openPool((await createServiceDatabase('story', ownerSets, { partitions: 2 })).url);
    broker = { down: true };
    const one = relay({
      pool,
      source: 'accounts',
      map,
      partitions: 2,
      publish: async () => {
        if (broker.down) throw new Error('the broker is down');
      },
      onError: () => undefined,
    });
    close = async () => {
      await one.stop();
      await pool.end();
    };
    const caused = (stream: string, revision: number, amount: number, correlationId = STORY) => ({
      ...commitOf(stream, revision, [amount]),
      correlationId,
      causationId: 'orders/0/17',
    });
    await append(pool, commitOf('a', 1), caused('a', 2, 2), caused('a', 3, 1, OTHER), caused('b', 1, 0));
    await append(pool, caused('a', 4, 1));
    await until(async () => (await of(STORY)).commits.length === 3, 30_000);
  });
  afterAll(() => close());

  it('are those with its correlation id, each with its own events, also those that publish nothing', async () => {
    const { commits, more } = await of(STORY);
    expect(more).toBe(false);
    const known = commits.map(({ commit, published }) => ({
      at: `${commit.stream}@${commit.revision}`,
      cause: commit.causationId,
      events: published.map(({ id }) => id.split('/').at(-1)),
    }));
    expect(known.toSorted((one, other) => one.at.localeCompare(other.at))).toEqual([
      { at: 'a@2', cause: 'orders/0/17', events: ['2', '3'] },
      { at: 'a@4', cause: 'orders/0/17', events: ['5'] },
      { at: 'b@1', cause: 'orders/0/17', events: [] },
    ]);
    expect((await of('11111111-4a35-8c1e-9a83-1f0f6f3c3a11')).commits).toEqual([]);
  });

  it('have the time of their publication once their events are published', async () => {
    const times = async () =>
      (await of(STORY)).commits.flatMap(({ published }) => published.map((one) => one.publishedAt));
    expect(await times()).toEqual([undefined, undefined, undefined]);
    broker.down = false;
    await until(async () => (await times()).every((time) => time !== undefined), 30_000);
    const { commits } = await of(STORY);
    for (const { fedAt, published } of commits)
      for (const { publishedAt } of published)
        expect(Date.parse(publishedAt!)).toBeGreaterThanOrEqual(Date.parse(fedAt));
  });
});
