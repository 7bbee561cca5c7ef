import type { Relay } from '@bankside/feed';
import { Gauge, type Registry } from 'prom-client';

/** Gauges of the outbox: commits that are not yet in the feed, and events of the feed that are not yet published. */
export const watchRelay = (registry: Registry, relay: Relay): void => {
  const waiting = new Gauge({
    name: 'outbox_commits_waiting',
    help: 'Commits that are not in the feed yet',
    labelNames: ['partition'],
    registers: [registry],
    collect: async () => {
      for (const { partition, outboxDepth, head, published } of await relay.stats()) {
        waiting.set({ partition }, outboxDepth);
        unpublished.set({ partition }, head - published);
      }
    },
  });
  const unpublished = new Gauge({
    name: 'feed_events_unpublished',
    help: 'Events in the feed that the broker does not have yet',
    labelNames: ['partition'],
    registers: [registry],
  });
};
