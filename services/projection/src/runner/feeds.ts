import type { Pull } from '@bankside/feed';
import type { View } from '../view';
import type { Place } from './document';

export type FeedPlace = Readonly<{ source: string; partition: number; place: Place; pull: Pull }>;

/** The feeds of all sources. How many partitions one has is known once it has answered. */
export const feeds = (pullFrom: (source: string) => Pull) => {
  const partitions = new Map<string, number>();
  const partitionsOf = (source: string): number => partitions.get(source) ?? 1;

  const pull = (source: string): Pull => {
    const ask = pullFrom(source);
    return async (request) => {
      const page = await ask(request);
      partitions.set(source, page.partitions);
      return page;
    };
  };

  const place = (source: string, partition: number): FeedPlace => ({
    source,
    partition,
    place: `${source}/${partition}`,
    pull: pull(source),
  });

  return {
    place,
    partitions: (view: View): number => Math.max(...view.sources.map(partitionsOf)),
    /** The places that one partition of a view takes its events from. */
    places: (view: View, partition: number): readonly FeedPlace[] =>
      view.sources
        .filter((source) => partition < partitionsOf(source))
        .map((source) => place(source, partition)),
    allPlaces: (view: View): readonly FeedPlace[] =>
      view.sources.flatMap((source) =>
        Array.from({ length: partitionsOf(source) }, (_, partition) => place(source, partition)),
      ),
  };
};

export type Feeds = ReturnType<typeof feeds>;
