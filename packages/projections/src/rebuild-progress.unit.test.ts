import { rebuildProgress } from './rebuild-progress';
import type { RebuildProgress } from './versions';

/** What is told of a rebuild of two feeds with 1,000 events each, looked at so many seconds after its beginning. */
const toldAt = (...looks: readonly (readonly [seconds: number, first: number, second: number])[]) => {
  const reported: RebuildProgress[] = [];
  let now = 0;
  const step = rebuildProgress(
    (progress) => reported.push(progress),
    () => now,
  );
  for (const [seconds, first, second] of looks) {
    now = seconds * 1_000;
    step([
      { feedPartition: 'accounts/0', position: first, head: 1_000 },
      { feedPartition: 'orders/0', position: second, head: 1_000 },
    ]);
  }
  return reported;
};

describe('the progress of a rebuild', () => {
  it('is how many events of all are there, how many a second, and how many seconds are left', () =>
    expect(toldAt([0, 0, 0], [2, 300, 200]).at(-1)).toEqual({
      events: 500,
      of: 2_000,
      perSecond: 250,
      secondsLeft: 6,
    }));

  it('counts the speed of one that goes on from where it goes on', () =>
    expect(toldAt([0, 400, 400], [1, 500, 500]).at(-1)).toMatchObject({ perSecond: 200, secondsLeft: 5 }));

  it('ends with nothing left, however fast it was', () =>
    expect(toldAt([0, 1_000, 1_000])).toEqual([{ events: 2_000, of: 2_000, perSecond: 0, secondsLeft: 0 }]));

  it('does not know when one ends that has not moved', () =>
    expect(toldAt([0, 0, 0]).at(-1)).toMatchObject({ events: 0, perSecond: 0, secondsLeft: null }));

  it('is told once a second, and at the end', () =>
    expect(
      toldAt([0, 0, 0], [0.9, 1, 0], [1, 2, 0], [1.5, 3, 0], [1.6, 1_000, 1_000]).map(({ events }) => events),
    ).toEqual([0, 2, 2_000]));
});
