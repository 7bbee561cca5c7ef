import fc from 'fast-check';
import { backoff, jittered } from './backoff';

describe('a jittered pause', () => {
  it('stays within the spread', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ms, spread) => {
          const pause = jittered(ms, spread);
          expect(pause).toBeGreaterThanOrEqual(ms * (1 - spread) - 1e-6);
          expect(pause).toBeLessThanOrEqual(ms * (1 + spread) + 1e-6);
        },
      ),
    ));
});

describe('a backoff without spread', () => {
  it.each([
    [0, 50],
    [1, 100],
    [3, 400],
    [4, 400],
    [2_000, 400],
  ])('before attempt %d pauses for %d ms', (attempt, ms) =>
    expect(backoff(attempt, { firstMs: 50, longestMs: 400, spread: 0 })).toBe(ms),
  );
});
