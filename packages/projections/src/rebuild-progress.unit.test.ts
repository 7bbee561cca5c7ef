import { rebuildProgress } from './rebuild-progress';
import type { RebuildProgress } from './versions';

/** The progress of a rebuild from two feeds of 1,000 events, at these seconds and positions. */
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
  it('has events so far, the total, events per second and seconds left', () =>
    expect(toldAt([0, 0, 0], [2, 300, 200]).at(-1)).toEqual({
      events: 500,
      of: 2_000,
      perSecond: 250,
      secondsLeft: 6,
    }));

  it('measures the speed of a resumed rebuild from where it resumed', () =>
    expect(toldAt([0, 400, 400], [1, 500, 500]).at(-1)).toMatchObject({ perSecond: 200, secondsLeft: 5 }));

  it('ends with no seconds left, at any speed', () =>
    expect(toldAt([0, 1_000, 1_000])).toEqual([{ events: 2_000, of: 2_000, perSecond: 0, secondsLeft: 0 }]));

  it('has no estimate before the first event', () =>
    expect(toldAt([0, 0, 0]).at(-1)).toMatchObject({ events: 0, perSecond: 0, secondsLeft: null }));

  it('is reported once a second and at the end', () =>
    expect(
      toldAt([0, 0, 0], [0.9, 1, 0], [1, 2, 0], [1.5, 3, 0], [1.6, 1_000, 1_000]).map(({ events }) => events),
    ).toEqual([0, 2, 2_000]));
});
