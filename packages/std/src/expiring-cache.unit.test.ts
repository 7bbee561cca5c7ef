import { expiringCache } from './expiring-cache';

describe('an expiring cache', () => {
  it('returns a value until its time', () => {
    const cache = expiringCache<number>(2);
    cache.set('a', 1, 10);
    expect(cache.get('a', 9)).toBe(1);
    expect(cache.get('a', 10)).toBeUndefined();
  });

  it('replaces a value and its time', () => {
    const cache = expiringCache<number>(2);
    cache.set('a', 1, 10);
    cache.set('a', 2, 20);
    expect(cache.get('a', 19)).toBe(2);
  });

  it('evicts the least recently used value beyond its limit', () => {
    const cache = expiringCache<string>(2);
    cache.set('a', 'A', 10);
    cache.set('b', 'B', 10);
    cache.get('a', 0);
    cache.set('c', 'C', 10);
    expect(['a', 'b', 'c'].map((key) => cache.get(key, 0))).toEqual(['A', undefined, 'C']);
  });

  it('returns no value that was deleted', () => {
    const cache = expiringCache<string>(2);
    cache.set('a', 'A', 10);
    cache.delete('a');
    expect(cache.get('a', 0)).toBeUndefined();
  });
});
