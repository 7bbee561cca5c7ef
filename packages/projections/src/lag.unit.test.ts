import { memoryStore } from './stores/memory';
import type { ProjectionStore } from './stores/store';
import { history } from '../testing/history';
import { inMemoryFeeds } from '../testing/in-memory-feeds';
import { feedOf } from '../testing/spec';
import { orderStatus } from '@bankside/projection/views/order-status';
import { projectionFeeds } from './feeds';
import { projectionLag } from './lag';
import type { VersionCache } from './versions';

const version = { projection: orderStatus, number: 1 };
const events = feedOf(history(5)).filter(({ source }) => source === 'orders');

/** A view that has the first orders, looked at so many seconds after it moved last and after the next event. */
const lookedAt = async (
  { moved, happened }: Readonly<{ moved: number; happened: number }>,
  change: Partial<ProjectionStore> = {},
) => {
  const now = new Date('2026-06-01T00:00:00.000Z');
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1_000).toISOString();
  const bank = inMemoryFeeds();
  bank.commit(events.map((event) => ({ ...event, time: before(happened) })));
  const checkpoints = async () => new Map([['orders/0', { position: 4, movedAt: before(moved) }]]);
  const store = { ...memoryStore(), checkpoints, ...change };
  const reconciling = projectionLag({
    versions: { active: () => version } as unknown as VersionCache,
    feeds: projectionFeeds(bank.pullFrom),
    storeOf: () => store,
    clock: () => now,
  });
  return {
    bank,
    of: async () => (await reconciling.of(orderStatus)).find(({ source }) => source === 'orders'),
  };
};
const missing = events.length - 4;

describe('how far a view is behind', () => {
  it('is told in events and in seconds since the oldest of them happened', async () => {
    const { of } = await lookedAt({ moved: 1, happened: 7 });
    expect(await of()).toEqual({
      source: 'orders',
      partition: 0,
      position: 4,
      head: events.length,
      events: missing,
      seconds: 7,
      state: 'behind',
    });
  });

  it('is nothing at the end of the feed, however long ago that was', async () => {
    const checkpoints = async () =>
      new Map([['orders/0', { position: events.length, movedAt: '2026-01-01T00:00:00.000Z' }]]);
    const { of } = await lookedAt({ moved: 9_999, happened: 9_999 }, { checkpoints: checkpoints });
    expect(await of()).toMatchObject({ events: 0, seconds: 0, state: 'current' });
  });

  it.each([
    ['slow: it moves, though it lacks old events', { moved: 30, happened: 9_999 }, 'behind'],
    ['slow: it rested until an event came', { moved: 9_999, happened: 30 }, 'behind'],
    ['stuck: it does not move although there is what it could take', { moved: 31, happened: 31 }, 'stuck'],
  ] as const)('is %s', async (_what, times, state) => {
    const { of } = await lookedAt(times);
    expect(await of()).toMatchObject({ state });
  });

  it('is unknown while its owner does not answer', async () => {
    const { of, bank } = await lookedAt({ moved: 9_999, happened: 9_999 });
    bank.answer(false);
    expect(await of()).toMatchObject({ position: 4, state: 'unknown' });
  });

  it('is unknown while its store does not answer', async () => {
    const { of } = await lookedAt(
      { moved: 1, happened: 1 },
      { checkpoints: () => Promise.reject(new Error('down')) },
    );
    expect(await of()).toMatchObject({ state: 'unknown' });
  });
});
