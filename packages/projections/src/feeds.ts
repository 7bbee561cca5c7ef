import type { Pull } from '@bankside/feed';
import type { Projection } from './projection';
import type { FeedPartition } from './checkpoints';

/** One partition of the feed of a source. */
export type ProjectionFeed = Readonly<{
  source: string;
  partition: number;
  feedPartition: FeedPartition;
  pull: Pull;
}>;

/** The feeds of all sources. A source counts as one partition until its first response says how many it has. */
export const projectionFeeds = (pullFrom: (source: string) => Pull) => {
  const partitions = new Map<string, number>();
  const partitionsOf = (source: string): number => partitions.get(source) ?? 1;

  const pull = (source: string): Pull => {
    const pullPage = pullFrom(source);
    return async (request) => {
      const page = await pullPage(request);
      partitions.set(source, page.partitions);
      return page;
    };
  };

  const feed = (source: string, partition: number): ProjectionFeed => ({
    source,
    partition,
    feedPartition: `${source}/${partition}`,
    pull: pull(source),
  });

  return {
    feed,
    /** How many writers a version of the projection needs. */
    partitions: (projection: Projection): number => Math.max(...projection.sources.map(partitionsOf)),
    /** The feeds that the writer of one partition reads. */
    ofPartition: (projection: Projection, partition: number): readonly ProjectionFeed[] =>
      projection.sources
        .filter((source) => partition < partitionsOf(source))
        .map((source) => feed(source, partition)),
    all: (projection: Projection): readonly ProjectionFeed[] =>
      projection.sources.flatMap((source) =>
        Array.from({ length: partitionsOf(source) }, (_, partition) => feed(source, partition)),
      ),
  };
};

export type ProjectionFeeds = ReturnType<typeof projectionFeeds>;
