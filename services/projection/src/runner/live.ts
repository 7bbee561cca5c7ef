import { consumer, type Consumer, type FeedEvent, type Lag, type Pull } from '@bankside/feed';
import { batcher } from './batcher';
import { writer } from './writer';
import type { Generation, ViewStore } from '../store/port';

export type LiveOptions = Readonly<{
  generations: readonly Generation[];
  store: ViewStore;
  pull: (source: string) => Pull;
  now: () => Date;
  onError: (error: unknown, view: string, source: string) => void;
}>;

export type ViewLag = Readonly<{ view: string; source: string }> & Lag;

/** Keeps the views up to date with the feeds of their sources. */
export const live = ({ generations, store, pull, now, onError }: LiveOptions) => {
  const following = generations.flatMap((generation) => {
    const { apply } = batcher(writer({ generation, store }).apply);
    return generation.view.sources.map((source) => ({
      view: generation.view.name,
      source,
      consumer: consumer({
        source,
        pull: pull(source),
        sink: {
          position: async (partition) =>
            (await store.positions(generation)).get(`${source}/${partition}`)?.position ?? 0,
          apply: (partition, events, from, to) =>
            apply({ place: `${source}/${partition}`, from, to, events }),
        },
        now,
        onError: (error) => onError(error, generation.view.name, source),
      }),
    }));
  });
  const of = (source: string): readonly Consumer[] =>
    following.filter((one) => one.source === source).map((one) => one.consumer);

  return {
    start: (): void => following.forEach((one) => one.consumer.start()),
    /** Resolves when every view has the events. */
    deliver:
      (source: string) =>
      async (events: readonly FeedEvent[]): Promise<void> => {
        await Promise.all(of(source).map((one) => one.deliver(events)));
      },
    /** Asks every feed now. */
    catchUp: async (): Promise<void> => {
      await Promise.all(following.map((one) => one.consumer.catchUp()));
    },
    lag: (): readonly ViewLag[] =>
      following.flatMap(({ view, source, consumer }) =>
        consumer.lag().map((lag) => ({ view, source, ...lag })),
      ),
    stop: async (): Promise<void> => {
      await Promise.all(following.map((one) => one.consumer.stop()));
    },
  };
};

export type Live = ReturnType<typeof live>;
