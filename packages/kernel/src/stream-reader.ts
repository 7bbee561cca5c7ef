import type { Aggregate } from './aggregate';
import { fold, type Message } from './decider';
import { upcast, type Commit, type EventStore } from './event-store';
import type { Folded, StateCache } from './state-cache';

/** Commits asked for in one read. A full page is followed by another, so it bounds a request, not a stream. */
const PAGE_COMMITS = 128;

const foldCommits = <S, E extends Message>(
  {
    evolve,
    upcasters = {},
  }: Readonly<{ evolve: (state: S, event: E) => S; upcasters?: Aggregate<S, never, E, never>['upcasters'] }>,
  from: Folded<S>,
  commits: readonly Commit[],
): Folded<S> =>
  commits.reduce<Folded<S>>(
    (folded, commit) => ({
      revision: commit.revision,
      state: fold(
        { evolve },
        folded.state,
        commit.events.map((event) => upcast<E>(upcasters, event)),
      ),
    }),
    from,
  );

export const streamReader = <S, C extends Message, E extends Message, R extends string>(
  aggregate: Aggregate<S, C, E, R>,
  store: EventStore,
  cache: StateCache<S>,
) => {
  const empty: Folded<S> = { revision: 0, state: aggregate.initialState };

  const catchUp = async (
    stream: string,
    from: Folded<S>,
    until: (commit: Commit) => boolean,
  ): Promise<Folded<S>> => {
    let folded = from;
    for (;;) {
      const page = await store.read(stream, folded.revision, PAGE_COMMITS);
      const wanted = page.filter(until);
      folded = foldCommits(aggregate, folded, wanted);
      if (page.length < PAGE_COMMITS || wanted.length < page.length) return folded;
    }
  };

  const savedFold = async (stream: string): Promise<Folded<S> | undefined> => {
    const snapshot = await store.loadSnapshot(stream);
    if (snapshot === undefined || snapshot.deciderVersion !== aggregate.version) return undefined;
    return { revision: snapshot.revision, state: snapshot.state as S };
  };

  return {
    /** A stream without commits. */
    empty,
    /** The snapshot, unless it was made by another version of the decider. */
    savedFold,
    /** The state with every commit that any replica has made so far. Costs one read when cached. */
    latest: async (stream: string): Promise<Folded<S>> => {
      const known = cache.get(stream) ?? (await savedFold(stream)) ?? empty;
      const folded = await catchUp(stream, known, () => true);
      cache.set(stream, folded);
      return folded;
    },
    /** Time travel: the state after the last commit that `until` lets pass, from the first commit on. */
    upTo: (stream: string, until: (commit: Commit) => boolean): Promise<Folded<S>> =>
      catchUp(stream, empty, until),
    /** Commits as they were made, with their events lifted to the newest version. */
    history: async (stream: string, after: number, limit: number) =>
      (await store.read(stream, after, limit)).map((commit) => ({
        ...commit,
        events: commit.events.map((event) => upcast<E>(aggregate.upcasters ?? {}, event)),
      })),
    next: (folded: Folded<S>, commit: Commit): Folded<S> => foldCommits(aggregate, folded, [commit]),
  };
};

export type StreamReader<S, E extends Message> = ReturnType<typeof streamReader<S, never, E, never>>;
