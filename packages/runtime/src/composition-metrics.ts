import type { CircuitBreakers, Clock, SectionCache } from '@bankside/composition';
import { begin, counter, gauge } from '@bankside/metrics';
import type { Registry } from 'prom-client';

/** The same circuit breakers, with a gauge of the open ones. */
export const watchedBreakers = (
  registry: Registry,
  breakers: CircuitBreakers,
  { now }: Pick<Clock, 'now'>,
): CircuitBreakers => {
  const owners = new Set<string>();
  gauge(registry, 'circuit_breaker_open', (open) => {
    for (const owner of owners) open.set({ owner }, breakers(owner).isOpen(now()) ? 1 : 0);
  });
  return (owner) => {
    owners.add(owner);
    return breakers(owner);
  };
};

/** The same cache, with a counter of its hits and misses. */
export const watchedSections = (registry: Registry, cache: SectionCache): SectionCache => {
  const reads = counter(registry, 'section_cache_reads_total');
  begin(reads, [{ result: 'hit' }, { result: 'miss' }]);
  return {
    ...cache,
    find: (key, now) => {
      const found = cache.find(key, now);
      reads.inc({ result: found === undefined ? 'miss' : 'hit' });
      return found;
    },
  };
};
