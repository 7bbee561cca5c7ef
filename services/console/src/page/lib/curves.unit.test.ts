import { byName, sagasByMinute, topOf, total, withNewer, type Sample } from './curves';

const ORIGIN = Date.parse('2026-11-26T12:00:00.000Z');
const sample = (second: number, more: Partial<Sample> = {}): Sample => ({
  at: new Date(ORIGIN + second * 1_000).toISOString(),
  seconds: 5,
  commitsPerSecond: {},
  publishedPerSecond: {},
  outbox: {},
  outboxSeconds: {},
  lagSeconds: {},
  sagas: [],
  unavailable: [],
  ...more,
});

describe('the curves', () => {
  it('keep fifteen minutes, and each sample once', () => {
    const known = [sample(0), sample(5)];
    const at = new Date(ORIGIN + 901_000).toISOString();
    const merged = withNewer(known, { at, samples: [sample(5), sample(10)], marks: [] });
    expect(merged.map((one) => one.at)).toEqual([sample(5).at, sample(10).at]);
  });

  it('add up services, of which a missing one is 0', () => {
    const samples = [sample(0, { commitsPerSecond: { orders: 2, payments: 1.5 } }), sample(5)];
    expect(total(samples, 'commitsPerSecond', 'commits').points.map(({ value }) => value)).toEqual([3.5, 0]);
  });

  it('have a gap where a service did not respond', () => {
    const samples = [
      sample(0, { outbox: { orders: 2 } }),
      sample(5, { unavailable: ['orders'] }),
      sample(10),
    ];
    expect(byName(samples, 'outbox')).toMatchObject([
      { name: 'orders', points: [{ value: 2 }, { value: undefined }, { value: 0 }] },
    ]);
    const views = [sample(0, { lagSeconds: { statement: 1 } }), sample(5, { unavailable: ['projection'] })];
    expect(byName(views, 'lagSeconds', 'projection')).toMatchObject([
      { name: 'statement', points: [{ value: 1 }, { value: undefined }] },
    ]);
  });

  it('count the sagas of a minute by their end', () => {
    const ended = (end: 'confirmed' | 'rejected', count: number, p95Seconds: number) => ({
      saga: 'placeOrder',
      end,
      count,
      p95Seconds,
    });
    const minutes = sagasByMinute([
      sample(1, { sagas: [ended('confirmed', 2, 0.2)] }),
      sample(6, { sagas: [ended('confirmed', 1, 0.3), ended('rejected', 1, 0.1)] }),
      sample(61),
    ]);
    expect(minutes).toMatchObject([
      { ends: { confirmed: 3, rejected: 1 }, p95Seconds: 0.3 },
      { ends: {}, p95Seconds: undefined },
    ]);
  });

  it.each([
    [0, 1],
    [0.03, 0.05],
    [1, 1],
    [7.2, 10],
    [130, 200],
  ])('with a highest value of %d have an axis up to %d', (value, top) =>
    expect(topOf([{ name: 'x', points: [{ at: 0, value }] }])).toBeCloseTo(top),
  );
});
