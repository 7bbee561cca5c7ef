import { median } from './median';

describe('the median', () => {
  it.each([
    [[], 0],
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2],
  ])('of %j is %d', (values, middle) => expect(median(values)).toBe(middle));
});
