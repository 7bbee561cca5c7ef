type Entry<V> = Readonly<{ value: V; until: number }>;

/** Remembers at most `limit` values, each until its time; the oldest goes first. */
export const recent = <V>(limit: number) => {
  const entries = new Map<string, Entry<V>>();
  return {
    get: (key: string, now: number): V | undefined => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.until > now) return entry.value;
      entries.delete(key);
      return undefined;
    },
    set: (key: string, value: V, until: number): void => {
      entries.delete(key);
      entries.set(key, { value, until });
      const [oldest] = entries.size > limit ? entries.keys() : [];
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
};
