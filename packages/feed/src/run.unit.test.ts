import fc from 'fast-check';
import { feedEvent, feedEvents } from './fixtures';
import { pullLimit, sortedAfter } from './run';

const positions = (events: readonly { feedposition: number }[]) =>
  events.map(({ feedposition }) => feedposition);

describe('sorting a batch', () => {
  it('puts what follows the position in order, and keeps the rest behind the first gap', () => {
    const batch = [7, 3, 2, 4, 3, 1, 9].map((position) => feedEvent(position));
    const { run, behind } = sortedAfter(2, batch);
    expect(positions(run)).toEqual([3, 4]);
    expect(positions(behind)).toEqual([7, 9]);
  });
  it('drops what is at or below the position', () => {
    expect(sortedAfter(5, feedEvents(1, 5))).toEqual({ run: [], behind: [] });
  });
  it('loses no event above the position, doubles none and leaves no gap in the run, whatever comes in', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.array(fc.integer({ min: 1, max: 40 })), (position, batch) => {
        const { run, behind } = sortedAfter(
          position,
          batch.map((one) => feedEvent(one)),
        );
        expect(positions([...run, ...behind])).toEqual(
          [...new Set(batch)].filter((one) => one > position).sort((a, b) => a - b),
        );
        expect(positions(run)).toEqual(run.map((_, index) => position + index + 1));
        expect(behind[0]?.feedposition).not.toBe(position + run.length + 1);
      }),
    );
  });
});

describe('how much to pull', () => {
  const limit = (position: number, target: number, behind: readonly number[]) =>
    pullLimit(position, target, { behind: behind.map((one) => feedEvent(one)), longest: 500 });
  it('is the gap when there is one', () => expect(limit(2, 8, [6, 7, 8])).toBe(3));
  it('is everything up to the target when there are several', () => expect(limit(2, 8, [4, 6, 8])).toBe(6));
  it('is everything up to the target when no event is held', () => expect(limit(2, 8, [])).toBe(6));
  it('is never more than a page', () => expect(limit(2, 9_000, [9_000])).toBe(500));
});
