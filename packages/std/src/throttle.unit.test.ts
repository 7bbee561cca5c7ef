import { throttle } from './throttle';

describe('a throttle', () => {
  it('lets each key pass once in an interval, counted from the last time that it passed', () => {
    let now = 0;
    const passes = throttle(10, () => now);
    expect([passes('a'), passes('a'), passes('b')]).toEqual([true, false, true]);
    now = 9;
    expect(passes('a')).toBe(false);
    now = 10;
    expect([passes('a'), passes('a')]).toEqual([true, false]);
  });
});
