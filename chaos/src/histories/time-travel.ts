import { groupBy } from '@bankside/std';
import type { Versions } from './observation';

/** A read of the state of a stream at a revision or at a time, and the revision and value in the response. */
export type PastRead = Readonly<{ client: string; stream: string; revision: number; value?: number }> &
  /** The revision that was asked for, or the time. */
  Readonly<{ asked?: number; at?: string }>;

/** The commits of a stream: when each was made, and the value after it. */
export type Commits = readonly Readonly<{ stream: string; revision: number; at: string }>[];

/**
 * The past does not change, and the state at any point of it is that after a prefix of the commits: all of those until then
 * and no other.
 */
export const timeTravelProblems = (
  reads: readonly PastRead[],
  commits: Commits,
  versions: Versions,
): readonly string[] => {
  const ofStream = groupBy(commits, ({ stream }) => stream);
  return reads.flatMap(({ client, stream, asked, at, revision, value }) => {
    const when = at === undefined ? `@${asked}` : `at ${at}`;
    const read = `${client} read ${stream} ${when} as ${value} @${revision}`;
    if (at !== undefined) {
      const last = (ofStream.get(stream) ?? []).reduce(
        (newest, commit) => (commit.at <= at ? Math.max(newest, commit.revision) : newest),
        0,
      );
      if (revision !== last) return [`${read}, but @${last} was the last commit until then`];
    }
    if (asked !== undefined && asked !== revision) return [`${read}, which is another revision`];
    const stored = versions.get(stream)?.get(revision);
    return stored === value ? [] : [`${read}, which is no prefix: the value of @${revision} is ${stored}`];
  });
};
