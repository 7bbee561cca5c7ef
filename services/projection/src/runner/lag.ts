import { nameOf, type Generation, type ViewStore } from '../store/port';
import type { View } from '../view';
import type { Directory } from './directory';
import type { FeedPlace, Feeds } from './feeds';

/** A view that has not moved for so long, although there are events, is stuck rather than slow. */
const STUCK_SECONDS = 30;

export type PlaceLag = Readonly<{
  source: string;
  partition: number;
  position: number;
  head: number;
  /** Events that are missing. */
  events: number;
  /** Age of the oldest one that is missing. */
  seconds: number;
  state: 'current' | 'behind' | 'stuck' | 'unknown';
}>;

const UNKNOWN = { position: 0, head: 0, events: 0, seconds: 0, state: 'unknown' } as const;

export type LagOptions = Readonly<{
  directory: Directory;
  feeds: Feeds;
  storeOf: (view: View) => ViewStore;
  now: () => Date;
}>;

const stateOf = (events: number, seconds: number, stillSeconds: number): PlaceLag['state'] => {
  if (events === 0) return 'current';
  return Math.min(seconds, stillSeconds) > STUCK_SECONDS ? 'stuck' : 'behind';
};

/** How far views are behind their feeds. Any replica can tell, because it asks the feeds and the store. */
export const lag = ({ directory, feeds, storeOf, now }: LagOptions) => {
  const age = (time: string | undefined): number =>
    time === undefined ? Infinity : Math.max(0, (now().getTime() - Date.parse(time)) / 1000);

  const ofPlace = async (
    { source, partition, place, pull }: FeedPlace,
    positions: Awaited<ReturnType<ViewStore['positions']>>,
  ): Promise<PlaceLag> => {
    const known = positions.get(place);
    const position = known?.position ?? 0;
    const at = { source, partition, position };
    try {
      const { head, events: next } = await pull({ partition, after: position, limit: 1 });
      const events = Math.max(0, head - position);
      const [oldest] = next;
      const seconds = events > 0 && oldest ? age(oldest.time) : 0;
      return { ...at, head, events, seconds, state: stateOf(events, seconds, age(known?.movedAt)) };
    } catch {
      return { source, partition, ...UNKNOWN, position, head: position };
    }
  };

  /** Nothing is known of a view whose store does not answer; of the others there is. */
  const ofGeneration = async (generation: Generation): Promise<readonly PlaceLag[]> => {
    const places = feeds.allPlaces(generation.view);
    const positions = await storeOf(generation.view)
      .positions(generation)
      .catch(() => undefined);
    if (positions) return Promise.all(places.map((place) => ofPlace(place, positions)));
    return places.map(({ source, partition }) => ({ source, partition, ...UNKNOWN }));
  };

  return {
    of: async (view: View): Promise<readonly PlaceLag[]> => {
      const generation = directory.active(view);
      return generation ? ofGeneration(generation) : [];
    },
    nameOf: (view: View): string | undefined => {
      const generation = directory.active(view);
      return generation && nameOf(generation);
    },
  };
};

export type LagOf = ReturnType<typeof lag>;
