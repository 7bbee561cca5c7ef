import fc from 'fast-check';
import { takeUpTo } from './batches';

const itself = (size: number): number => size;
const sum = (sizes: readonly number[]): number => sizes.reduce((all, one) => all + one, 0);

describe('taking items from the front of a queue', () => {
  it('takes as many as fit', () => {
    const queue = [3, 4, 3, 1];
    expect(takeUpTo(queue, 10, itself)).toEqual([3, 4, 3]);
    expect(queue).toEqual([1]);
  });

  it('takes one that is larger than the limit alone', () => {
    const queue = [11, 1];
    expect(takeUpTo(queue, 10, itself)).toEqual([11]);
    expect(queue).toEqual([1]);
  });

  it('takes nothing from an empty queue', () => expect(takeUpTo([], 10, itself)).toEqual([]));

  it('keeps the order and takes no fewer than fit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }), (sizes) => {
        const queue = [...sizes];
        const taken = takeUpTo(queue, 10, itself);
        expect([...taken, ...queue]).toEqual(sizes);
        expect(taken.length === 1 || sum(taken) <= 10).toBe(true);
        expect(queue.length === 0 || sum(taken) + queue[0]! > 10).toBe(true);
      }),
    );
  });
});
