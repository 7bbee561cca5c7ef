import type { StoredDocument } from './fold';

/** Keeps the `limit` documents that were written last. A Map iterates in insertion order, so its first key is the oldest. */
export const documentCache = (limit: number) => {
  const entries = new Map<string, StoredDocument>();
  return {
    get: (key: string): StoredDocument | undefined => entries.get(key),
    set: (stored: StoredDocument): void => {
      entries.delete(stored.key);
      entries.set(stored.key, stored);
      if (entries.size <= limit) return;
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    },
    drop: (keys: Iterable<string>): void => {
      for (const key of keys) entries.delete(key);
    },
    clear: (): void => entries.clear(),
  };
};
