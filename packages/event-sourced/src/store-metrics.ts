import { VersionConflict, type EventStore } from '@bankside/kernel';
import { counter, histogram } from '@bankside/metrics';
import type { Registry } from 'prom-client';

/** Measures the appends to a store, and counts loads of streams whose state was not in memory. */
export const observedStore = (store: EventStore, registry: Registry): EventStore => {
  const duration = histogram(registry, 'append_duration_seconds');
  for (const outcome of ['committed', 'conflict', 'outage']) duration.zero({ outcome });
  const misses = counter(registry, 'state_cache_misses_total');
  return {
    ...store,
    append: async (append) => {
      const stop = duration.startTimer();
      try {
        await store.append(append);
        stop({ outcome: 'committed' });
      } catch (error) {
        stop({ outcome: error instanceof VersionConflict ? 'conflict' : 'outage' });
        throw error;
      }
    },
    loadSnapshot: (stream) => {
      misses.inc();
      return store.loadSnapshot(stream);
    },
  };
};
