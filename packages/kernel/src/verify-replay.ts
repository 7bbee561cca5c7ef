import type { Message } from './decider';
import type { EventStore } from './event-store';
import type { Folded, StateCache } from './state-cache';
import type { StreamReader } from './stream-reader';

/** Commits asked for in one read. */
const PAGE_COMMITS = 128;

/** What the fold of all commits of a stream says of everything else that is kept of it. */
export type ReplayReport<S> = Folded<S> &
  Readonly<{
    events: number;
    /** What does not equal the fold at its revision. */
    differs: readonly ('snapshot' | 'cache')[];
  }>;

/** As JSON with sorted keys: a state that was stored may have them in another order. */
const canonical = (state: unknown): string =>
  JSON.stringify(state, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );

/** Folds a stream from its first commit on, whatever is cached or saved, and compares. Leaves the cache as it was. */
export const replayVerifier =
  <S, E extends Message>(
    reader: StreamReader<S, E>,
    { read }: Pick<EventStore, 'read'>,
    cache: Pick<StateCache<S>, 'get'>,
  ) =>
  async (stream: string): Promise<ReplayReport<S>> => {
    const kept = {
      snapshot: await reader.savedFold(stream),
      cache: cache.get(stream) && (await reader.latest(stream)),
    };
    const differs = new Set<'snapshot' | 'cache'>();
    let folded = reader.empty;
    let events = 0;

    const compare = (beyond: boolean): void => {
      for (const name of ['snapshot', 'cache'] as const) {
        const one = kept[name];
        if (one === undefined) continue;
        const here = one.revision === folded.revision && canonical(one.state) !== canonical(folded.state);
        // A fold of commits that are not there.
        if (here || (beyond && one.revision > folded.revision)) differs.add(name);
      }
    };

    for (;;) {
      const page = await read(stream, folded.revision, PAGE_COMMITS);
      for (const commit of page) {
        folded = reader.next(folded, commit);
        events += commit.events.length;
        compare(false);
      }
      if (page.length < PAGE_COMMITS) break;
    }
    compare(true);
    return { ...folded, events, differs: [...differs] };
  };
