import { canonicalJson } from '@bankside/std';
import type { Aggregate } from './aggregate';
import type { Types } from './decider';
import type { EventStore, UniqueKey } from './event-store';
import { type Folded, type StateCache, PAGE_COMMITS, type StreamReader } from './stream-reader';

export type Differing = 'snapshot' | 'cache' | 'ownership of a unique value';

/** The fold of all commits of a stream, and what differs from it. */
export type ReplayReport<S> = Pick<Folded<S>, 'revision' | 'state'> &
  Readonly<{
    /** How many events were folded. */
    events: number;
    /** What does not equal the fold at its revision, or has a revision that the stream has not reached. */
    differs: readonly Differing[];
  }>;

/** The unique values that a stream has claimed, each with whether it holds it still. */
const ownedValues = <T extends Types>({ uniques }: Aggregate<T>) => {
  const values = new Map<string, Readonly<{ key: UniqueKey; isHeld: boolean }>>();
  const note = (keys: readonly UniqueKey[] = [], isHeld: boolean): void => {
    for (const { index, value } of keys)
      values.set(JSON.stringify([index, value]), { key: { index, value }, isHeld });
  };
  return {
    add: (events: readonly T['event'][], state: T['state']): void => {
      const { claims, releases } = uniques?.(events, state) ?? {};
      note(releases, false);
      note(claims, true);
    },
    differ: async (stream: string, ownerOf: EventStore['ownerOf']): Promise<boolean> => {
      for (const { key, isHeld } of values.values())
        if (((await ownerOf(key)) === stream) !== isHeld) return true;
      return false;
    },
  };
};

/** Folds a stream from its first commit, ignoring snapshot and cache, and compares them, and its unique values, with the fold. */
export const replayVerifier =
  <T extends Types>(
    aggregate: Aggregate<T>,
    reader: StreamReader<T>,
    { read, ownerOf }: Pick<EventStore, 'read' | 'ownerOf'>,
    cache: Pick<StateCache<T['state']>, 'get'>,
  ) =>
  async (stream: string): Promise<ReplayReport<T['state']>> => {
    const saved = {
      snapshot: await reader.savedFold(stream),
      cache: cache.get(stream) && (await reader.latest(stream)),
    };
    const differs = new Set<Differing>();
    const owned = ownedValues(aggregate);
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
        owned.add(reader.eventsOf(commit), folded.state);
        folded = reader.next(folded, commit);
        events += commit.events.length;
        compare(false);
      }
      if (page.length < PAGE_COMMITS) break;
    }
    compare(true);
    // A commit since then may have moved a value.
    const isLatest = async () => (await read(stream, folded.revision, 1)).length === 0;
    if ((await owned.differ(stream, ownerOf)) && (await isLatest()))
      differs.add('ownership of a unique value');
    const { revision, state } = folded;
    return { revision, state, events, differs: [...differs] };
  };
