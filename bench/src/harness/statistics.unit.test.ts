import { percentile, spreadOf } from './statistics';

describe('the spread of some values', () => {
  it('has the one in the middle, in whatever order they come', () =>
    expect(spreadOf([30, 10, 20])).toEqual({ min: 10, median: 20, max: 30 }));
  it('has the mean of the two in the middle of an even number', () =>
    expect(spreadOf([4, 1, 3, 2])).toEqual({ min: 1, median: 2.5, max: 4 }));
  it('of one value is that value', () => expect(spreadOf([7])).toEqual({ min: 7, median: 7, max: 7 }));
  it('of none is nothing', () => expect(spreadOf([]).median).toBeNaN());
});

describe('a percentile', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  it('is the smallest value that the share is not above', () => {
    expect(percentile(values, 0.5)).toBe(50);
    expect(percentile(values, 0.99)).toBe(99);
    expect(percentile([1, 2], 0.51)).toBe(2);
  });
  it('of none is nothing', () => expect(percentile([], 0.5)).toBeNaN());
});
