import { canonicalJson } from '@bankside/std';
import type { Types } from './decider';
import type { EventStore } from './event-store';
import type { Folded, StateCache } from './state-cache';
import { PAGE_COMMITS, type StreamReader } from './stream-reader';

/** The fold of all commits of a stream, and what differs from it. */
export type ReplayReport<S> = Folded<S> &
  Readonly<{
    /** How many events were folded. */
    events: number;
    /** What does not equal the fold at its revision, or has a revision that the stream has not reached. */
    differs: readonly ('snapshot' | 'cache')[];
  }>;

/** Folds a stream from its first commit, ignoring snapshot and cache, and compares them with the fold. */
export const replayVerifier =
  <T extends Types>(
    reader: StreamReader<T>,
    { read }: Pick<EventStore, 'read'>,
    cache: Pick<StateCache<T['state']>, 'get'>,
  ) =>
  async (stream: string): Promise<ReplayReport<T['state']>> => {
    const saved = {
      snapshot: await reader.savedFold(stream),
      cache: cache.get(stream) && (await reader.latest(stream)),
    };
    const differs = new Set<'snapshot' | 'cache'>();
    let folded = reader.empty;
    let events = 0;

    const compare = (isLast: boolean): void => {
      for (const name of ['snapshot', 'cache'] as const) {
        const other = saved[name];
        if (other === undefined) continue;
        const isDifferent =
          other.revision === folded.revision && canonicalJson(other.state) !== canonicalJson(folded.state);
        if (isDifferent || (isLast && other.revision > folded.revision)) differs.add(name);
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
