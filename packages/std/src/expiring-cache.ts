import { LRUCache } from 'lru-cache';

type Entry<V> = Readonly<{ value: V; until: number }>;

/** Keeps at most `limit` values, each until its own time; beyond the limit it evicts the least recently used. */
export const expiringCache = <V>(limit: number) => {
  const entries = new LRUCache<string, Entry<V>>({ max: limit });
  return {
    /** Undefined from the time `until` on. */
    get: (key: string, now: number): V | undefined => {
      const entry = entries.get(key);
      if (entry !== undefined && entry.until > now) return entry.value;
      entries.delete(key);
      return undefined;
    },
    set: (key: string, value: V, until: number): void => void entries.set(key, { value, until }),
    delete: (key: string): void => void entries.delete(key),
  };
};
