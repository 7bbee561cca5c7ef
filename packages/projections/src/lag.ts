import type { PartitionLag } from '@bankside/feed';
import type { ProjectionFeed, ProjectionFeeds } from './feeds';
import type { ProjectionStore } from './stores/store';
import type { Projection, ProjectionVersion } from './projection';
import type { VersionCache } from './versions';

/** A projection that has not advanced for this long, although events are missing, is stuck rather than slow. */
const STUCK_SECONDS = 30;

const UNKNOWN = { position: 0, head: 0, events: 0, seconds: 0, state: 'unknown' } as const;

type ProjectionLagOptions = Readonly<{
  versions: VersionCache;
  feeds: ProjectionFeeds;
  storeOf: (projection: Projection) => ProjectionStore;
  clock: () => Date;
}>;

const stateOf = (events: number, seconds: number, idleSeconds: number): PartitionLag['state'] => {
  if (events === 0) return 'current';
  return Math.min(seconds, idleSeconds) > STUCK_SECONDS ? 'stuck' : 'behind';
};

/** How far projections are behind their feeds, from feeds and stores: any replica can compute it. */
export const projectionLag = ({ versions, feeds, storeOf, clock }: ProjectionLagOptions) => {
  const ageSeconds = (time: string | undefined): number =>
    time === undefined ? Infinity : Math.max(0, (clock().getTime() - Date.parse(time)) / 1000);

  const ofFeed = async (
    { source, partition, feedPartition, pull }: ProjectionFeed,
    checkpoints: Awaited<ReturnType<ProjectionStore['checkpoints']>>,
  ): Promise<PartitionLag> => {
    const checkpoint = checkpoints.get(feedPartition);
    const position = checkpoint?.position ?? 0;
    try {
      const { head, events: next } = await pull({ partition, after: position, limit: 1, shared: true });
      const events = Math.max(0, head - position);
      const [oldest] = next;
      const seconds = events > 0 && oldest ? ageSeconds(oldest.time) : 0;
      const state = stateOf(events, seconds, ageSeconds(checkpoint?.movedAt));
      return { source, partition, position, head, events, seconds, state };
    } catch {
      return { source, partition, ...UNKNOWN, position, head: position };
    }
  };

  const ofVersion = async (version: ProjectionVersion): Promise<readonly PartitionLag[]> => {
    const found = version.projection.sources.map((source) =>
      feeds.ofSource(source).catch(() => [feeds.feed(source, 0)]),
    );
    const all = (await Promise.all(found)).flat();
    const checkpoints = await storeOf(version.projection)
      .checkpoints(version)
      .catch(() => undefined);
    if (checkpoints) return Promise.all(all.map((feed) => ofFeed(feed, checkpoints)));
    return all.map(({ source, partition }) => ({ source, partition, ...UNKNOWN }));
  };

  return {
    /** By source and partition; empty before the first version exists. */
    of: async (projection: Projection): Promise<readonly PartitionLag[]> => {
      const version = versions.active(projection);
      return version ? ofVersion(version) : [];
    },
  };
};

export type ProjectionLag = ReturnType<typeof projectionLag>;
