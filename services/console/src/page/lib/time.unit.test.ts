import { duration } from './time';

describe('a duration', () => {
  it.each([
    [0.04, '0.0 ms'],
    [2.14, '2.1 ms'],
    [12.6, '13 ms'],
    [1_040, '1.0 s'],
    [59_960, '1 min 0 s'],
    [299_700, '5 min 0 s'],
    [302_000, '5 min 2 s'],
  ])('of %d ms is shown as %s', (ms, text) => expect(duration(ms)).toBe(text));
});
