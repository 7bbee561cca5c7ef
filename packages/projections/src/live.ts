import type { EventEnvelope } from '@bankside/contracts';
import { jittered } from '@bankside/std';
import { partitionConsumer, signal, type PartitionConsumer } from '@bankside/feed';
import type { ProjectionFeed } from './feeds';
import type { FeedPartition, PartitionBatch } from './checkpoints';

/** How often the feeds are polled for events that the broker lost. */
const POLL_EVERY_MS = 2_000;
/** Events that deliveries may hold in memory. Beyond that only their positions are kept, and the events are pulled. */
const MAX_HELD_EVENTS = 10_000;

export type LiveSubscriptionOptions = Readonly<{
  feeds: readonly ProjectionFeed[];
  positionOf: (feedPartition: FeedPartition) => Promise<number>;
  apply: (batch: PartitionBatch) => Promise<void>;
  onError: (error: unknown, source: string) => void;
}>;

/** Keeps one partition of a version current: applies what the broker delivers and pulls what it lost. */
export const liveSubscription = ({ feeds, positionOf, apply, onError }: LiveSubscriptionOptions) => {
  const consumers = new Map<string, PartitionConsumer>(
    feeds.map(({ source, partition, feedPartition, pull }) => [
      source,
      partitionConsumer({
        source,
        partition,
        pull,
        sink: {
          position: () => positionOf(feedPartition),
          apply: (_partition, events, from, to) => apply({ feedPartition, from, to, events }),
        },
        onPage: () => undefined,
      }),
    ]),
  );
  const wake = signal();
  let stopped = false;

  const catchUp = async (sources: readonly string[], flushed: boolean): Promise<void> => {
    await Promise.all(sources.map(async (source) => consumers.get(source)?.catchUp(flushed)));
  };

  const poll = async (): Promise<void> => {
    while (!stopped) {
      const sources = [...consumers.keys()];
      const results = await Promise.allSettled(sources.map((source) => catchUp([source], false)));
      results.forEach((result, index) => {
        if (result.status === 'rejected' && !stopped) onError(result.reason, sources[index]!);
      });
      await wake.wait(jittered(POLL_EVERY_MS));
    }
  };
  const polling = poll();

  return {
    /** Resolves when everything up to `upTo` is stored. */
    deliver: async (source: string, events: readonly EventEnvelope[], upTo: number): Promise<void> => {
      const held = [...consumers.values()].reduce((sum, one) => sum + one.buffered(), 0);
      const kept = held + events.length <= MAX_HELD_EVENTS ? events : [];
      await consumers.get(source)?.deliver(kept, upTo);
    },
    /** Resolves when everything is stored that these sources had committed when this was called. */
    catchUp: (sources: readonly string[]) => catchUp(sources, true),
    stop: async (): Promise<void> => {
      stopped = true;
      wake.stop();
      await Promise.all([...consumers.values()].map((one) => one.stop()));
      await polling;
    },
  };
};

export type LiveSubscription = ReturnType<typeof liveSubscription>;
