import type { Aggregate } from './aggregate';
import { fold, type Types } from './decider';
import { upcast, type Commit, type EventStore, type UpcastCommit } from './event-store';

/** The fold of a stream up to a revision. Revision 0 means a stream without commits. `at` is the time of its last commit. */
export type Folded<S> = Readonly<{ revision: number; state: S; at?: string }>;

export type StateCache<S> = Readonly<{
  get: (stream: string) => Folded<S> | undefined;
  set: (stream: string, folded: Folded<S>) => void;
  drop: (stream: string) => void;
}>;

/** Keeps the `limit` most recently used states. A `Map` iterates in insertion order, so its first key is the oldest. */
export const stateCache = <S>(limit: number): StateCache<S> => {
  const entries = new Map<string, Folded<S>>();
  return {
    get: (stream) => {
      const found = entries.get(stream);
      if (found === undefined) return undefined;
      entries.delete(stream);
      entries.set(stream, found);
      return found;
    },
    set: (stream, folded) => {
      const known = entries.get(stream);
      if (known !== undefined && known.revision > folded.revision) return; // A slower reader must not replace a newer state.
      entries.delete(stream);
      entries.set(stream, folded);
      if (entries.size <= limit) return;
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    },
    drop: (stream) => void entries.delete(stream),
  };
};

/** Commits per read. A full page is followed by another, so this bounds a request, not a stream. */
export const PAGE_COMMITS = 128;
/** Commits that are read beside a snapshot: most streams that are not cached are new or short. */
const FIRST_COMMITS = 4;

/** Folds streams, starting from the cache or a snapshot where possible. */
export const streamReader = <T extends Types>(
  aggregate: Aggregate<T>,
  store: EventStore,
  cache: StateCache<T['state']>,
) => {
  type State = Folded<T['state']>;
  const { upcasters = {} } = aggregate;
  const empty: State = { revision: 0, state: aggregate.initialState };

  const eventsOf = ({ events }: Commit): readonly T['event'][] =>
    events.map((event) => upcast<T['event']>(upcasters, event));

  const next = ({ state }: State, commit: Commit): State => ({
    revision: commit.revision,
    state: fold(aggregate, state, eventsOf(commit)),
    at: commit.at,
  });

  const catchUp = async (stream: string, from: State, isWanted: (commit: Commit) => boolean) => {
    let folded = from;
    for (;;) {
      const page = await store.read(stream, folded.revision, PAGE_COMMITS);
      const end = page.findIndex((commit) => !isWanted(commit));
      folded = (end < 0 ? page : page.slice(0, end)).reduce(next, folded);
      if (page.length < PAGE_COMMITS || end >= 0) return folded;
    }
  };

  const savedFold = async (stream: string): Promise<State | undefined> => {
    const snapshot = await store.loadSnapshot(stream);
    if (snapshot === undefined || snapshot.deciderVersion !== aggregate.version) return undefined;
    return { revision: snapshot.revision, state: snapshot.state, at: snapshot.at };
  };

  /** The state of a stream that is not cached. The snapshot and the first commits share a request of the store. */
  const coldLoad = async (stream: string): Promise<State> => {
    const [saved, first] = await Promise.all([savedFold(stream), store.read(stream, 0, FIRST_COMMITS)]);
    const known = saved ?? empty;
    const folded = first.filter(({ revision }) => revision > known.revision).reduce(next, known);
    return first.length < FIRST_COMMITS ? folded : catchUp(stream, folded, () => true);
  };

  return {
    eventsOf,
    /** The state of a stream without commits. */
    empty,
    /** The snapshot, unless another version of the decider made it. */
    savedFold,
    /** The state with the commits of all replicas so far. Costs one read if it is cached or has few commits. */
    latest: async (stream: string): Promise<State> => {
      const known = cache.get(stream);
      const folded = known === undefined ? await coldLoad(stream) : await catchUp(stream, known, () => true);
      cache.set(stream, folded);
      return folded;
    },
    /** The state after the leading commits that satisfy `isWanted`, folded from the first commit. */
    upTo: (stream: string, isWanted: (commit: Commit) => boolean): Promise<State> =>
      catchUp(stream, empty, isWanted),
    history: async (
      stream: string,
      after: number,
      limit: number,
    ): Promise<readonly UpcastCommit<T['event']>[]> =>
      (await store.read(stream, after, limit)).map((commit) => ({ ...commit, events: eventsOf(commit) })),
    /** The state after one more commit. */
    next,
  };
};

export type StreamReader<T extends Types> = ReturnType<typeof streamReader<T>>;
