type Known = Readonly<{ data: unknown; at: number }>;

/** What was last read of each section, for when its owner does not answer. At most `limit` sections, the oldest go first. */
export const sectionCache = (limit: number, maxAgeMs: number) => {
  const known = new Map<string, Known>();
  return {
    keep: (key: string, data: unknown, at: number): void => {
      known.delete(key);
      known.set(key, { data, at });
      const [oldest] = known.size > limit ? known.keys() : [];
      if (oldest !== undefined) known.delete(oldest);
    },
    /** Undefined when it is not known, or too old to be shown. */
    find: (key: string, now: number): Known | undefined => {
      const found = known.get(key);
      return found !== undefined && now - found.at <= maxAgeMs ? found : undefined;
    },
  };
};
export type SectionCache = ReturnType<typeof sectionCache>;
