import type { Pull } from '@bankside/feed';
import type { FeedPartition } from './checkpoints';

/** One partition of the feed of a source. */
export type ProjectionFeed = Readonly<{
  source: string;
  partition: number;
  feedPartition: FeedPartition;
  pull: Pull;
}>;

const rethrow = (error: unknown): never => {
  throw error;
};

/** The feeds of all sources. */
export const projectionFeeds = (pullFrom: (source: string) => Pull) => {
  /** By source. The number never changes, so the first page of a source is enough. */
  const partitions = new Map<string, number>();

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

  const ofSource = async (source: string): Promise<readonly ProjectionFeed[]> => {
    if (!partitions.has(source)) await pull(source)({ partition: 0, after: 0, limit: 1 });
    return Array.from({ length: partitions.get(source)! }, (_, partition) => feed(source, partition));
  };

  return {
    pull,
    feed,
    ofSource,
    /** Every partition of these sources, without owners that have never responded if `onUnreadable` does not throw. */
    of: async (
      sources: readonly string[],
      onUnreadable: (error: unknown, source: string) => void = rethrow,
    ): Promise<readonly ProjectionFeed[]> => {
      const found = sources.map((source) =>
        ofSource(source).catch((error: unknown) => {
          onUnreadable(error, source);
          return [];
        }),
      );
      return (await Promise.all(found)).flat();
    },
  };
};

export type ProjectionFeeds = ReturnType<typeof projectionFeeds>;
