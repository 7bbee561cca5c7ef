import fc from 'fast-check';
import { inCausalOrder, type Caused } from './causal-order';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const item = (id: string, second: number, ...causes: string[]): Caused => ({ id, causes, at: at(second) });
const ids = (items: readonly Caused[]): string =>
  inCausalOrder(items)
    .map(({ id }) => id)
    .join('');

describe('causal order', () => {
  it('has causes before effects though the clock of the effect is behind', () => {
    expect(ids([item('c', 1, 'b'), item('b', 2, 'a'), item('a', 3)])).toBe('abc');
  });

  it('is that of time where nothing depends on each other', () => {
    expect(ids([item('c', 3), item('a', 1), item('b', 2)])).toBe('abc');
    expect(ids([item('d', 4, 'a'), item('c', 3, 'a'), item('b', 9, 'a'), item('a', 5)])).toBe('acdb');
  });

  it('ignores causes that are not in the list', () => {
    expect(ids([item('b', 2, 'elsewhere'), item('a', 1, 'elsewhere')])).toBe('ab');
  });

  it('ends for items that cause each other', () => {
    expect(ids([item('b', 2, 'a'), item('a', 1, 'b'), item('c', 0, 'c')])).toBe('cab');
  });

  it('lists each item once, after its causes, whatever the clocks', () => {
    const items = fc.integer({ min: 1, max: 30 }).chain((count) =>
      fc.tuple(
        ...Array.from({ length: count }, (_, index) =>
          fc.record({
            second: fc.nat(50),
            causes: fc.subarray(Array.from({ length: index }, (__, one) => String(one))),
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(items, (drawn) => {
        const caused = drawn.map(({ second, causes }, index) => item(String(index), second, ...causes));
        const sorted = inCausalOrder(caused.toReversed());
        expect(new Set(sorted.map(({ id }) => id)).size).toBe(caused.length);
        const place = new Map(sorted.map(({ id }, index) => [id, index]));
        for (const { id, causes } of sorted)
          for (const cause of causes) expect(place.get(cause)!).toBeLessThan(place.get(id)!);
      }),
    );
  });
});
