import type { FeedEvent } from './event';

/** Events of one partition above a position: those that follow it without a gap, and the others; sorted, each once. */
export type Sorted = Readonly<{ run: readonly FeedEvent[]; behind: readonly FeedEvent[] }>;

export const sortedAfter = (position: number, events: readonly FeedEvent[]): Sorted => {
  const byPosition = new Map(events.map((event) => [event.feedposition, event]));
  const above = [...byPosition.values()]
    .filter((event) => event.feedposition > position)
    .sort((one, other) => one.feedposition - other.feedposition);
  const gapAt = above.findIndex((event, index) => event.feedposition !== position + index + 1);
  return gapAt === -1
    ? { run: above, behind: [] }
    : { run: above.slice(0, gapAt), behind: above.slice(gapAt) };
};

/**
 * How many events to pull so as to go on: the missing ones in front of the first that is there if those make one gap,
 * else everything up to the target, because many small pulls cost more than a few events twice.
 */
export const pullLimit = (
  position: number,
  target: number,
  { behind, longest }: Readonly<{ behind: readonly FeedEvent[]; longest: number }>,
): number => {
  const [first] = behind;
  const last = behind.at(-1);
  const oneGap =
    first !== undefined && last !== undefined && last.feedposition - first.feedposition + 1 === behind.length;
  return Math.min(longest, oneGap ? first.feedposition - position - 1 : target - position);
};
