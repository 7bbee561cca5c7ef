import { createServiceDatabase } from '@bankside/tools';
import type { Pool } from 'pg';
import { recentStreams } from './recent-streams';
import { relay } from './relay';
import { append, commitOf, deposits, openPool, ownerSets, until } from '../testing/database';

const WITHIN_MS = 30_000;

describe.each([1, 2])('recent streams of a feed with %d partition(s)', (partitions) => {
  let pool: Pool;
  const feed = async (): Promise<void> => {
    const running = relay({
      pool,
      source: 'accounts',
      map: deposits,
      publish: async () => undefined,
      partitions,
      onError: () => undefined,
    });
    const isEmpty = async (): Promise<boolean> =>
      (await running.stats()).every(({ outboxDepth }) => outboxDepth === 0);
    await until(isEmpty, WITHIN_MS);
    await running.stop();
  };
  beforeAll(async () => {
    pool = openPool((await createServiceDatabase('recent', ownerSets, { partitions })).url);
    await append(pool, commitOf('account-1', 1), commitOf('account-2', 1), commitOf('block-3', 1));
    await append(pool, commitOf('account-1', 2), commitOf('account-4', 1), commitOf('account-1', 3));
    await feed();
  });
  afterAll(() => pool.end());

  it('are each stream once with its last revision, on pages of any size', async () => {
    for (const limit of [1, 2, 3, 10]) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await recentStreams(pool, { limit, cursor });
        expect(page.streams.length).toBeLessThanOrEqual(limit);
        found.push(...page.streams.map(({ stream, revision }) => `${stream}@${revision}`));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(found.toSorted()).toEqual(['account-1@3', 'account-2@1', 'account-4@1', 'block-3@1']);
    }
  });

  it('are those whose name contains a text', async () => {
    const { streams } = await recentStreams(pool, { limit: 10, contains: 'block-' });
    expect(streams).toEqual([{ stream: 'block-3', revision: 1, at: expect.stringMatching(/^\d{4}-/) }]);
  });
});

describe('recent streams of an empty feed', () => {
  it('are none', async () => {
    const pool = openPool((await createServiceDatabase('recent', ownerSets)).url);
    expect(await recentStreams(pool, { limit: 10 })).toEqual({ streams: [] });
    await pool.end();
  });
});
