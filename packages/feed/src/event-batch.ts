import type { EventEnvelope } from '@bankside/contracts';

/**
 * Events of one partition above a position, sorted, each once: those that follow the position without a gap, and the
 * others.
 */
export type EventBatch = Readonly<{
  contiguous: readonly EventEnvelope[];
  beyondGap: readonly EventEnvelope[];
}>;

export const contiguousAfter = (position: number, events: readonly EventEnvelope[]): EventBatch => {
  const byPosition = new Map(events.map((event) => [event.feedposition, event]));
  const above = [...byPosition.values()]
    .filter((event) => event.feedposition > position)
    .sort((one, other) => one.feedposition - other.feedposition);
  const gapAt = above.findIndex((event, index) => event.feedposition !== position + index + 1);
  return gapAt === -1
    ? { contiguous: above, beyondGap: [] }
    : { contiguous: above.slice(0, gapAt), beyondGap: above.slice(gapAt) };
};

/**
 * How many events to pull next. If the known events leave a single gap, its size; otherwise everything up to the target,
 * because many small pulls cost more than a few events twice.
 */
export const pullLimit = (
  position: number,
  target: number,
  { beyondGap, longest }: Readonly<{ beyondGap: readonly EventEnvelope[]; longest: number }>,
): number => {
  const first = beyondGap[0];
  const last = beyondGap.at(-1);
  const oneGap =
    first !== undefined &&
    last !== undefined &&
    last.feedposition - first.feedposition + 1 === beyondGap.length;
  return Math.min(longest, oneGap ? first.feedposition - position - 1 : target - position);
};

/** By partition, the position of its last event. */
export const lastPositions = (events: readonly EventEnvelope[]): ReadonlyMap<number, number> => {
  const last = new Map<number, number>();
  for (const { feedpartition, feedposition } of events)
    last.set(feedpartition, Math.max(feedposition, last.get(feedpartition) ?? 0));
  return last;
};
