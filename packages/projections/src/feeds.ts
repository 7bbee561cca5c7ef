import type { FeedPage } from '@bankside/contracts';
import type { PageRequest, Pull } from '@bankside/feed';
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

  const underWay = new Map<string, Promise<FeedPage>>();

  /** Most projections are at the same positions, and check them at the same moments. */
  const shared = (source: string, request: PageRequest, read: Pull): Promise<FeedPage> => {
    const { partition, after, limit } = request;
    const key = [source, partition, after, limit].join('/');
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const page = read(request).finally(() => underWay.delete(key));
    underWay.set(key, page);
    return page;
  };

  const pull = (source: string): Pull => {
    const pullPage = pullFrom(source);
    return async (request) => {
      const page = await (request.shared ? shared(source, request, pullPage) : pullPage(request));
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
