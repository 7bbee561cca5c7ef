import type { EventEnvelope } from '@bankside/contracts';
import type { DeliveredHow } from '@bankside/contracts/http/stories';
import { consumer, type Consumer } from '@bankside/feed';
import type { FeedPartition, PartitionBatch } from './checkpoints';
import type { ProjectionFeeds } from './feeds';

/** Called with a batch that is stored, and how the consumer came by it. */
export type OnApplied = (batch: PartitionBatch, how: DeliveredHow) => void;

export type LiveSubscriptionOptions = Readonly<{
  sources: readonly string[];
  feeds: Pick<ProjectionFeeds, 'pull'>;
  positionOf: (feedPartition: FeedPartition) => Promise<number>;
  apply: (batch: PartitionBatch) => Promise<void>;
  onApplied?: OnApplied | undefined;
  beforeApply?: (() => Promise<void>) | undefined;
  clock: () => Date;
  onError: (error: unknown, source: string) => void;
}>;

/** Keeps a version current: applies what the broker delivers and pulls what it lost. */
export const liveSubscription = (options: LiveSubscriptionOptions) => {
  const { sources, feeds, positionOf, apply, onApplied, beforeApply, clock, onError } = options;
  const consumers = new Map<string, Consumer>(
    sources.map((source) => [
      source,
      consumer({
        source,
        pull: feeds.pull(source),
        sink: {
          position: (partition) => positionOf(`${source}/${partition}`),
          apply: async (partition, events, { from, to, how }) => {
            await beforeApply?.();
            const batch = { feedPartition: `${source}/${partition}`, from, to, events };
            await apply(batch);
            onApplied?.(batch, how);
          },
        },
        now: clock,
        onError: (error) => onError(error, source),
      }),
    ]),
  );
  for (const one of consumers.values()) one.start();

  return {
    /** Resolves when the events are stored. */
    deliver: async (source: string, events: readonly EventEnvelope[]): Promise<void> =>
      consumers.get(source)?.deliver(events),
    /** Resolves when everything up to `upTo` is stored. */
    advanceTo: async (source: string, partition: number, upTo: number): Promise<void> =>
      consumers.get(source)?.advanceTo(partition, upTo),
    /** Resolves when everything is stored that these sources had committed when this was called. */
    catchUp: async (wanted: readonly string[]): Promise<void> => {
      await Promise.all(wanted.map(async (source) => consumers.get(source)?.catchUp()));
    },
    stop: async (): Promise<void> => {
      await Promise.all([...consumers.values()].map((one) => one.stop()));
    },
  };
};

export type LiveSubscription = ReturnType<typeof liveSubscription>;
