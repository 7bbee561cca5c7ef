import { percentile, spreadOf } from './statistics';

describe('the spread of samples', () => {
  it('has the middle value as its median, in any order of the samples', () =>
    expect(spreadOf([30, 10, 20])).toEqual({ min: 10, median: 20, max: 30 }));
  it('has the mean of the middle two as the median of an even count', () =>
    expect(spreadOf([4, 1, 3, 2])).toEqual({ min: 1, median: 2.5, max: 4 }));
  it('equals the value of a single sample', () =>
    expect(spreadOf([7])).toEqual({ min: 7, median: 7, max: 7 }));
  it('is NaN without samples', () => expect(spreadOf([]).median).toBeNaN());
});

describe('a percentile', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  it('is the nearest rank', () => {
    expect(percentile(values, 0.5)).toBe(50);
    expect(percentile(values, 0.99)).toBe(99);
    expect(percentile([1, 2], 0.51)).toBe(2);
  });
  it('is NaN without samples', () => expect(percentile([], 0.5)).toBeNaN());
});
