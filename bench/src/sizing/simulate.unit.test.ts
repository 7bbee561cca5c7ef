import { randomFrom } from '@bankside/std/random';
import { simulate, type Station } from './simulate';

const run = (station: Omit<Station, 'name'>, perSecond: number) =>
  simulate({
    stations: [{ name: 'only', ...station }],
    path: [{ station: 'only', ms: 10 }],
    perSecond,
    orders: 20_000,
    random: randomFrom(7),
  });

describe('a simulated station', () => {
  it('has the times of an M/M/1 queue', () => {
    // The time in the system is exponential with mean 1 / (100/s - 50/s) = 20 ms.
    const { p50Ms, p99Ms, utilization } = run({ lanes: 1, servers: 1 }, 50);
    expect(utilization.get('only')).toBeCloseTo(0.5, 1);
    expect(p50Ms).toBeGreaterThan(12.5);
    expect(p50Ms).toBeLessThan(15.5);
    expect(p99Ms).toBeGreaterThan(80);
    expect(p99Ms).toBeLessThan(105);
  });
  it('serves the same load faster by servers of one queue than by lanes of their own', () => {
    const [shared, partitioned] = [run({ lanes: 1, servers: 4 }, 300), run({ lanes: 4, servers: 1 }, 300)];
    expect(shared.utilization.get('only')).toBeCloseTo(0.75, 1);
    expect(partitioned.utilization.get('only')).toBeCloseTo(0.75, 1);
    expect(shared.p99Ms).toBeLessThan(partitioned.p99Ms);
  });
  it('is visited by a share of the orders', () => {
    const { utilization } = simulate({
      stations: [{ name: 'rare', lanes: 1, servers: 1 }],
      path: [{ station: 'rare', ms: 10, share: 0.1 }],
      perSecond: 50,
      orders: 20_000,
      random: randomFrom(7),
    });
    expect(utilization.get('rare')).toBeCloseTo(0.05, 2);
  });
});
