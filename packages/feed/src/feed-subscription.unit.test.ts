import fc from 'fast-check';
import { contiguousAfter, pullLimit } from './feed-subscription';
import { feedEvent, feedEvents } from '../testing/feed-events';

const positions = (events: readonly { feedposition: number }[]) =>
  events.map(({ feedposition }) => feedposition);

describe('contiguousAfter', () => {
  it('sorts the events that follow the position and separates those beyond the first gap', () => {
    const batch = [7, 3, 2, 4, 3, 1, 9].map((position) => feedEvent(position));
    const { contiguous, beyondGap } = contiguousAfter(2, batch);
    expect(positions(contiguous)).toEqual([3, 4]);
    expect(positions(beyondGap)).toEqual([7, 9]);
  });
  it('drops events at or below the position', () => {
    expect(contiguousAfter(5, feedEvents(1, 5))).toEqual({ contiguous: [], beyondGap: [] });
  });
  it('keeps each event above the position once, in order, for any input', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.array(fc.integer({ min: 1, max: 40 })), (position, batch) => {
        const { contiguous, beyondGap } = contiguousAfter(
          position,
          batch.map((one) => feedEvent(one)),
        );
        expect(positions([...contiguous, ...beyondGap])).toEqual(
          [...new Set(batch)].filter((one) => one > position).sort((a, b) => a - b),
        );
        expect(positions(contiguous)).toEqual(contiguous.map((_, index) => position + index + 1));
        expect(beyondGap[0]?.feedposition).not.toBe(position + contiguous.length + 1);
      }),
    );
  });
});

describe('pullLimit', () => {
  const limit = (position: number, target: number, beyondGap: readonly number[]) =>
    pullLimit(position, target, { beyondGap: beyondGap.map((one) => feedEvent(one)), longest: 500 });
  it('pulls a single gap exactly', () => expect(limit(2, 8, [6, 7, 8])).toBe(3));
  it('pulls everything up to the target when there are several gaps', () =>
    expect(limit(2, 8, [4, 6, 8])).toBe(6));
  it('pulls everything up to the target when no event is held', () => expect(limit(2, 8, [])).toBe(6));
  it('never pulls more than a page', () => expect(limit(2, 9_000, [9_000])).toBe(500));
});
