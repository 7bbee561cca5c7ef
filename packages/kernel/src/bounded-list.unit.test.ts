import { mayHaveBeenEvicted, MAX_REMEMBERED, appendBounded } from './bounded-list';

const rememberAll = (items: readonly number[]) => items.reduce<readonly number[]>(appendBounded, []);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('remembering', () => {
  it('keeps everything up to the bound', () =>
    expect(rememberAll(upTo(MAX_REMEMBERED))).toEqual(upTo(MAX_REMEMBERED)));
  it('forgets the oldest of one more', () =>
    expect(rememberAll(upTo(MAX_REMEMBERED + 1))).toEqual(upTo(MAX_REMEMBERED + 1).slice(1)));
  it('never grows over the bound', () =>
    expect(rememberAll(upTo(3 * MAX_REMEMBERED))).toHaveLength(MAX_REMEMBERED));
  it('leaves the list that it was given as it was', () => {
    const list = [1, 2];
    appendBounded(list, 3);
    expect(list).toEqual([1, 2]);
  });
});

describe('what is not found in a list', () => {
  const half = upTo(MAX_REMEMBERED / 2);
  const isMissing = (item: number) => item === -1;

  it('was never there while the list is short', () =>
    expect(mayHaveBeenEvicted(half, isMissing)).toBe(false));
  it('may be forgotten once the list is longer', () =>
    expect(mayHaveBeenEvicted([...half, 0], isMissing)).toBe(true));
  it('is not forgotten while it is in the newer half', () =>
    expect(mayHaveBeenEvicted([0, -1, ...half.slice(1)], isMissing)).toBe(false));
  it('counts as forgotten in the older half', () =>
    expect(mayHaveBeenEvicted([-1, ...half], isMissing)).toBe(true));
});
