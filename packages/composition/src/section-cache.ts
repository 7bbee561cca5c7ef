type CachedSection = Readonly<{ data: unknown; at: number }>;

/**
 * The last successful read of each section, shown as `stale` while its owner does not respond. Holds at most `maxSections`
 * and evicts the one written longest ago. Written by hand because the package also runs in browsers, without dependencies.
 */
export const sectionCache = (maxSections: number, maxAgeMs: number) => {
  const sections = new Map<string, CachedSection>();
  return {
    keep: (key: string, data: unknown, at: number): void => {
      sections.delete(key);
      sections.set(key, { data, at });
      const [oldest] = sections.size > maxSections ? sections.keys() : [];
      if (oldest !== undefined) sections.delete(oldest);
    },
    /** Undefined if the section was never read, was evicted, or is older than `maxAgeMs`. */
    find: (key: string, now: number): CachedSection | undefined => {
      const found = sections.get(key);
      return found !== undefined && now - found.at <= maxAgeMs ? found : undefined;
    },
  };
};
export type SectionCache = ReturnType<typeof sectionCache>;
