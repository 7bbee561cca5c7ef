import type { EventEnvelope, FeedPage } from '@bankside/contracts';
import { feedHistory, type HistoryRequest } from './history';
import type { Pull } from './tail';

/** Feeds whose events alternate in time: one event of each source every second. */
const feeds = (sources: readonly string[], { events: count = 10, partitions = 1 } = {}) => {
  const all = sources.flatMap((source, offset) =>
    Array.from({ length: count * partitions }, (_, index) => ({
      id: `${source}/${index % partitions}/${Math.floor(index / partitions) + 1}`,
      source,
      time: new Date(Date.UTC(2026, 0, 1, 0, 0, index, offset)).toISOString(),
      feedpartition: index % partitions,
      feedposition: Math.floor(index / partitions) + 1,
    })),
  ) as unknown as readonly EventEnvelope[];
  const pullOf =
    (source: string): Pull =>
    ({ partition, after, limit }) => {
      const own = all.filter((one) => one.source === source && one.feedpartition === partition);
      const events = own.filter(({ feedposition }) => feedposition > after).slice(0, limit);
      return Promise.resolve({ events, head: own.length, partitions } as unknown as FeedPage);
    };
  const newestFirst = all.toSorted((a, b) => (a.time < b.time ? 1 : -1)).map(({ id }) => id);
  return { pulls: Object.fromEntries(sources.map((one) => [one, pullOf(one)])), newestFirst };
};

/** The ids of all pages. */
const readAll = async (read: ReturnType<typeof feedHistory>, request: HistoryRequest) => {
  const ids: string[] = [];
  for (let from: HistoryRequest['from']; ;) {
    const page = await read({ ...request, from });
    ids.push(...page.events.map(({ id }) => id));
    if (page.next === undefined) return ids;
    from = page.next;
  }
};

describe('the history of events', () => {
  it.each([1, 2])(
    'is all events of all sources with %d partitions, newest first, page by page',
    async (partitions) => {
      const { pulls, newestFirst } = feeds(['orders', 'accounts', 'cards'], { partitions });
      expect(newestFirst).toHaveLength(30 * partitions);
      expect(await readAll(feedHistory(pulls), { limit: 7 })).toEqual(newestFirst);
    },
  );

  it('is that of one source', async () => {
    const { pulls, newestFirst } = feeds(['orders', 'accounts']);
    const expected = newestFirst.filter((id) => id.startsWith('orders/'));
    expect(await readAll(feedHistory(pulls), { limit: 4, source: 'orders' })).toEqual(expected);
  });

  it('begins at a time', async () => {
    const { pulls } = feeds(['orders', 'accounts']);
    const until = '2026-01-01T00:00:04.000Z';
    const { events } = await feedHistory(pulls)({ limit: 3, until });
    expect(events.map(({ id }) => id)).toEqual(['orders/0/5', 'accounts/0/4', 'orders/0/4']);
    const before = await feedHistory(pulls)({ limit: 3, until: '2025-01-01T00:00:00.000Z' });
    expect(before).toEqual({ events: [], missing: [] });
  });

  it('names an owner that does not respond, and returns its events once it responds again', async () => {
    const { pulls, newestFirst } = feeds(['orders', 'accounts']);
    const down = () => Promise.reject(new Error('down'));
    const first = await feedHistory({ ...pulls, accounts: down })({ limit: 4 });
    expect(first.missing).toEqual(['accounts']);
    const rest: string[] = first.events.map(({ id }) => id);
    let from = first.next;
    while (from !== undefined) {
      const page = await feedHistory(pulls)({ limit: 4, from });
      rest.push(...page.events.map(({ id }) => id));
      from = page.next;
    }
    expect(rest.toSorted()).toEqual(newestFirst.toSorted());
  });
});
