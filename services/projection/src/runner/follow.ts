import { type EventEnvelope } from '@bankside/contracts';
import { jittered, partitionConsumer, signal, type PartitionConsumer } from '@bankside/feed';
import type { Batcher } from './batcher';
import type { FeedPlace } from './feeds';
import type { Ledger } from './ledger';

/** How often the feeds are asked whether the broker lost something. */
const CHECK_EVERY_MS = 2_000;
/** Events that deliveries may hold in memory. Of further ones only the position is kept, and they are pulled. */
const HELD_EVENTS = 10_000;

export type FollowOptions = Readonly<{
  places: readonly FeedPlace[];
  batch: Batcher;
  ledger: Ledger;
  onError: (error: unknown, source: string) => void;
}>;

/** Keeps one partition of a generation up to date: with what is delivered, and with what its feeds have besides. */
export const follow = ({ places, batch, ledger, onError }: FollowOptions) => {
  const lanes = new Map<string, PartitionConsumer>(
    places.map(({ source, partition, place, pull }) => [
      source,
      partitionConsumer({
        source,
        partition,
        pull,
        sink: {
          position: () => ledger.at(place),
          apply: (_partition, events, from, to) => batch.apply({ place, from, to, events }),
        },
        onPage: () => undefined,
      }),
    ]),
  );
  const wake = signal();
  let stopped = false;

  const catchUp = async (sources: readonly string[], flushed: boolean): Promise<void> => {
    await Promise.all(sources.map(async (source) => lanes.get(source)?.catchUp(flushed)));
  };

  const check = async (): Promise<void> => {
    while (!stopped) {
      const asked = [...lanes.keys()];
      const answers = await Promise.allSettled(asked.map((source) => catchUp([source], false)));
      answers.forEach((answer, index) => {
        if (answer.status === 'rejected' && !stopped) onError(answer.reason, asked[index]!);
      });
      await wake.wait(jittered(CHECK_EVERY_MS));
    }
  };
  const checking = check();

  return {
    /** Resolves when everything up to `upTo` is durable. */
    deliver: async (source: string, events: readonly EventEnvelope[], upTo: number): Promise<void> => {
      const held = [...lanes.values()].reduce((sum, one) => sum + one.buffered(), 0);
      await lanes.get(source)?.deliver(held + events.length <= HELD_EVENTS ? events : [], upTo);
    },
    /** Resolves when everything is durable that these sources had committed when it was called. */
    catchUp: (sources: readonly string[]) => catchUp(sources, true),
    stop: async (): Promise<void> => {
      stopped = true;
      wake.stop();
      await Promise.all([...lanes.values()].map((one) => one.stop()));
      await checking;
    },
  };
};

export type Follow = ReturnType<typeof follow>;
