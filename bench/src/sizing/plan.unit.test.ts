import { limits, planFor } from './plan';
import { CPU_MS } from './costs';

const RATES = [10, 100, 1_000, 10_000];

describe('the plan for a rate of orders', () => {
  it.each(RATES)('gives each program the CPU time that %d orders a second use', (perSecond) => {
    const { path, afterwards, stations } = planFor(perSecond);
    for (const [name, ms] of Object.entries(CPU_MS)) {
      const used = [...path, ...afterwards].filter(({ station }) => station === name);
      expect(used.reduce((sum, visit) => sum + visit.ms, 0)).toBeCloseTo(ms, 1);
      const { servers } = stations.find((station) => station.name === name)!;
      expect((perSecond * ms) / 1_000 / servers).toBeLessThanOrEqual(0.6);
    }
  });
  it('names what no replica relieves', () => {
    expect([...limits(10_000)].filter(([, busy]) => busy >= 1).map(([name]) => name)).toEqual([
      'writer of a view',
    ]);
    expect([...limits(100).values()].every((busy) => busy < 0.2)).toBe(true);
  });
});
