import type { Relay } from '@bankside/feed';
import { gauge, sharedCollect } from '@bankside/metrics';
import type { Registry } from 'prom-client';

/** Gauges of the outbox and the feed: commits that are not yet in the feed, and events of the feed that are not yet published. */
export const watchRelay = (registry: Registry, relay: Pick<Relay, 'stats'>): void => {
  const observe = async (): Promise<void> => {
    for (const one of await relay.stats()) {
      const labels = { partition: String(one.partition) };
      waiting.set(labels, one.outboxDepth);
      oldest.set(labels, one.oldestSeconds);
      commits.set(labels, one.commits);
      unpublished.set(labels, one.head - one.published);
      unpublishedOldest.set(labels, one.unpublishedSeconds);
    }
  };
  const collect = sharedCollect(observe);
  const waiting = gauge(registry, 'outbox_commits_waiting', collect);
  const oldest = gauge(registry, 'outbox_oldest_seconds', collect);
  const commits = gauge(registry, 'feed_commits', collect);
  const unpublished = gauge(registry, 'feed_events_unpublished', collect);
  const unpublishedOldest = gauge(registry, 'feed_unpublished_oldest_seconds', collect);
};
