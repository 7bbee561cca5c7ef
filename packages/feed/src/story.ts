import type { Commit } from '@bankside/kernel';
import type { Pool } from 'pg';
import { storedCommit } from './stored-commit';

/** A commit that follows from a request, and where its events are in the feed. */
export type StoryCommit = Readonly<{
  commit: Commit;
  /** When the relay fed it. */
  fedAt: string;
  published: readonly Readonly<{ id: string; type: string; publishedAt?: string }>[];
}>;

/** Commits of one story that are read at most. */
const MAX_COMMITS = 1_000;

// The events of a commit are behind the position of the link before it, up to its own.
const COMMITS = `
  select c.partition, c.at, s.key, convert_from(s.value, 'UTF8') as value, published.events
  from feed_chain c join state s using (row_id) left join lateral (
    select json_agg(json_build_object('type', f.type, 'position', f.position, 'at', p.at) order by f.position) as events
    from feed f left join lateral (
      select at from feed_publication
      where partition = f.partition and first <= f.position and last >= f.position order by first desc limit 1
    ) as p on true
    where f.partition = c.partition and f.position <= c.position and f.position > coalesce(
      (select before.position from feed_chain before where before.partition = c.partition and before.number = c.number - 1),
      0)
  ) as published on true
  where c.correlation_id = $1 order by c.at, c.partition, c.number limit $2`;

type Row = Readonly<{
  partition: number;
  at: Date;
  key: string;
  value: string;
  events: readonly Readonly<{ type: string; position: number; at: string | null }>[] | null;
}>;

/** The commits of `source` that follow from a request, in the order of its feed. `more`: whether there are further ones. */
export const storyOf = async (
  pool: Pool,
  source: string,
  correlationId: string,
): Promise<Readonly<{ commits: readonly StoryCommit[]; more: boolean }>> => {
  const { rows } = await pool.query<Row>(COMMITS, [correlationId, MAX_COMMITS + 1]);
  const commits = rows.slice(0, MAX_COMMITS).map(({ partition, at, key, value, events }) => ({
    commit: storedCommit(key, value),
    fedAt: at.toISOString(),
    published: (events ?? []).map(({ type, position, at: publishedAt }) => ({
      id: `${source}/${partition}/${position}`,
      type,
      ...(publishedAt !== null && { publishedAt: new Date(publishedAt).toISOString() }),
    })),
  }));
  return { commits, more: rows.length > MAX_COMMITS };
};
