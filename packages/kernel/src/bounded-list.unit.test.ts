import { appendBounded, MAX_REMEMBERED, mayHaveBeenEvicted } from './bounded-list';

const appendAll = (items: readonly number[]) => items.reduce<readonly number[]>(appendBounded, []);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('appendBounded', () => {
  it('keeps all items up to the bound', () =>
    expect(appendAll(upTo(MAX_REMEMBERED))).toEqual(upTo(MAX_REMEMBERED)));
  it('evicts the oldest item beyond the bound', () =>
    expect(appendAll(upTo(MAX_REMEMBERED + 1))).toEqual(upTo(MAX_REMEMBERED + 1).slice(1)));
  it('never exceeds the bound', () =>
    expect(appendAll(upTo(3 * MAX_REMEMBERED))).toHaveLength(MAX_REMEMBERED));
  it('does not modify its argument', () => {
    const list = [1, 2];
    appendBounded(list, 3);
    expect(list).toEqual([1, 2]);
  });
});

describe('mayHaveBeenEvicted', () => {
  const half = upTo(MAX_REMEMBERED / 2);
  const isItem = (item: number) => item === -1;

  it('is false while the list is too short for an eviction', () =>
    expect(mayHaveBeenEvicted(half, isItem)).toBe(false));
  it('is true for a missing item of a longer list', () =>
    expect(mayHaveBeenEvicted([...half, 0], isItem)).toBe(true));
  it('is false for an item in the newer half', () =>
    expect(mayHaveBeenEvicted([0, -1, ...half.slice(1)], isItem)).toBe(false));
  it('is true for an item in the older half, which may be evicted next', () =>
    expect(mayHaveBeenEvicted([-1, ...half], isItem)).toBe(true));
});
