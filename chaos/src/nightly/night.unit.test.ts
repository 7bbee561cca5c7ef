import { sampleReport } from '../../testing/sample-report';
import type { Report } from '../report';
import { nightHolds, runNight, type Night } from './night';

const plan = { seeds: [4, 5, 6], minutes: 1, startedAt: '2026-01-01T00:00:00.000Z' };
const violated = { violations: { 'money is conserved': ['1 cent is missing'] } };

const night = async (
  run: (seed: number) => Promise<Report>,
  stopping = new AbortController(),
): Promise<Readonly<{ night: Night; progress: readonly Night[] }>> => {
  const progress: Night[] = [];
  const deps = { run, onProgress: (one: Night) => void progress.push(one), signal: stopping.signal };
  return { night: await runNight(plan, deps), progress };
};

describe('a nightly run', () => {
  it('runs one seed after the other, and holds when all do', async () => {
    const calls: string[] = [];
    const { night: end } = await night(async (seed) => {
      calls.push(`begin ${seed}`);
      await Promise.resolve();
      calls.push(`end ${seed}`);
      return sampleReport(seed, 1);
    });
    expect(calls).toEqual(['begin 4', 'end 4', 'begin 5', 'end 5', 'begin 6', 'end 6']);
    expect(end.results).toMatchObject([4, 5, 6].map((seed) => ({ seed, report: { seed } })));
    expect(nightHolds(end)).toBe(true);
  });

  it('does not hold when a check of one seed is violated', async () => {
    const { night: end } = await night((seed) =>
      Promise.resolve(sampleReport(seed, 1, seed === 5 ? violated : {})),
    );
    expect(end.results).toHaveLength(3);
    expect(nightHolds(end)).toBe(false);
  });

  it('continues after a seed that fails, and does not hold', async () => {
    const { night: end } = await night((seed) =>
      seed === 4 ? Promise.reject(new Error('no port')) : Promise.resolve(sampleReport(seed, 1)),
    );
    expect(end.results).toMatchObject([{ seed: 4, failure: 'no port' }, { seed: 5 }, { seed: 6 }]);
    expect(nightHolds(end)).toBe(false);
  });

  it('reports its progress before the first seed and after each, and holds only at the end', async () => {
    const { progress } = await night((seed) => Promise.resolve(sampleReport(seed, 1)));
    expect(progress.map(({ results }) => results.length)).toEqual([0, 1, 2, 3]);
    expect(progress.map(nightHolds)).toEqual([false, false, false, true]);
  });

  it('starts no further seed once it is aborted, and does not hold', async () => {
    const stopping = new AbortController();
    const { night: end } = await night((seed) => {
      stopping.abort();
      return Promise.resolve(sampleReport(seed, 1));
    }, stopping);
    expect(end.results.map(({ seed }) => seed)).toEqual([4]);
    expect(nightHolds(end)).toBe(false);
  });
});
