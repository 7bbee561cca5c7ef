import { firstPublication } from './publish-loop';

const KIB = 1_024;
const entries = (...sizes: readonly number[]) =>
  sizes.map((bytes, index) => ({ json: 'x'.repeat(bytes), position: index + 1 }));

describe('the first publication', () => {
  it('has every entry while they take at most 400 KiB', () => {
    const all = entries(100 * KIB, 200 * KIB, 100 * KIB);
    expect(firstPublication(all)).toEqual(all);
  });

  it('ends before the entry that would exceed 400 KiB', () => {
    const all = entries(100 * KIB, 200 * KIB, 100 * KIB + 1, 1);
    expect(firstPublication(all)).toEqual(all.slice(0, 2));
  });

  it('counts bytes, not characters', () => {
    const euros = Array.from({ length: 2 }, () => ({ json: '€'.repeat(100 * KIB) }));
    expect(firstPublication(euros)).toEqual(euros.slice(0, 1));
  });

  it('is a single entry that alone exceeds the limit', () => {
    const all = entries(500 * KIB, 1);
    expect(firstPublication(all)).toEqual(all.slice(0, 1));
  });

  it('has at most 500 entries', () =>
    expect(firstPublication(entries(...Array<number>(501).fill(1)))).toHaveLength(500));
});
