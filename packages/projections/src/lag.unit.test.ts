import { memoryStore } from './stores/memory';
import type { ProjectionStore } from './stores/store';
import { history } from '../testing/history';
import { inMemoryFeeds } from '../testing/in-memory-feeds';
import { feedOf } from '../testing/spec';
import { orderSteps } from '../testing/sample-projections';
import { projectionFeeds } from './feeds';
import { projectionLag } from './lag';
import type { VersionCache } from './versions';

const version = { projection: orderSteps, number: 1 };
const events = feedOf(history(5)).filter(({ source }) => source === 'orders');

/** A projection that lacks events: seconds since its checkpoint moved, and since the next event happened. */
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
  let reads = 0;
  const reconciling = projectionLag({
    versions: { active: () => version } as unknown as VersionCache,
    feeds: projectionFeeds((source) => (request) => {
      if (source === 'orders' && request.after === 4) reads += 1;
      return bank.pullFrom(source)(request);
    }),
    storeOf: () => store,
    clock: () => now,
  });
  return {
    bank,
    reads: () => reads,
    of: async () => (await reconciling.of(orderSteps)).find(({ source }) => source === 'orders'),
  };
};
const missing = events.length - 4;

describe('the lag of a projection', () => {
  it('counts missing events and the age of the oldest in seconds', async () => {
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

  it('is 0 at the head of the feed, however old the checkpoint is', async () => {
    const checkpoints = async () =>
      new Map([['orders/0', { position: events.length, movedAt: '2026-01-01T00:00:00.000Z' }]]);
    const { of } = await lookedAt({ moved: 9_999, happened: 9_999 }, { checkpoints: checkpoints });
    expect(await of()).toMatchObject({ events: 0, seconds: 0, state: 'current' });
  });

  it.each([
    [
      'behind while the checkpoint moves, even if old events are missing',
      { moved: 30, happened: 9_999 },
      'behind',
    ],
    ['behind when an event has just arrived after a quiet time', { moved: 9_999, happened: 30 }, 'behind'],
    [
      'stuck when old events are missing and the checkpoint does not move',
      { moved: 31, happened: 31 },
      'stuck',
    ],
  ] as const)('is %s', async (_what, times, state) => {
    const { of } = await lookedAt(times);
    expect(await of()).toMatchObject({ state });
  });

  it('reads a feed once for all projections at the same position', async () => {
    const { of, reads } = await lookedAt({ moved: 1, happened: 1 });
    expect(await Promise.all([of(), of(), of()])).toHaveLength(3);
    expect(reads()).toBe(1);
    await of();
    expect(reads()).toBe(2);
  });

  it('is unknown while the owner does not respond', async () => {
    const { of, bank } = await lookedAt({ moved: 9_999, happened: 9_999 });
    bank.respond(false);
    expect(await of()).toMatchObject({ position: 4, state: 'unknown' });
  });

  it('is unknown while the store does not respond', async () => {
    const { of } = await lookedAt(
      { moved: 1, happened: 1 },
      { checkpoints: () => Promise.reject(new Error('down')) },
    );
    expect(await of()).toMatchObject({ state: 'unknown' });
  });
});
