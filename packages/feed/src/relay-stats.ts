import type { Pool } from 'pg';

/**
 * `outboxDepth` counts the commits that are not in the feed yet, `oldestSeconds` is the age of the oldest of them, and
 * `commits` counts those in the feed. `head` and `published` are positions; `unpublishedSeconds` is the age of the oldest event
 * between them. `failing` and `leading` are about this replica.
 */
export type RelayStats = Readonly<{
  partition: number;
  outboxDepth: number;
  oldestSeconds: number;
  unpublishedSeconds: number;
  commits: number;
  head: number;
  published: number;
  leading: boolean;
  failing: boolean;
}>;

const STATS = `
  select partition, h.position as head, p.position as published,
    coalesce((select number from feed_chain c where c.partition = h.partition order by number desc limit 1), 0) as commits,
    (select count(*) from outbox o where o.partition = h.partition) as depth,
    coalesce((select greatest(extract(epoch from now() - created_at), 0) from state where row_id = (
      select row_id from outbox o where o.partition = h.partition order by row_id limit 1)), 0)::float8 as "oldestSeconds",
    coalesce((select greatest(extract(epoch from now() - at), 0) from feed f
      where f.partition = h.partition and f.position = p.position + 1), 0)::float8 as "unpublishedSeconds"
  from feed_head h join feed_published p using (partition) order by partition`;

type StatsRow = Readonly<{
  partition: number;
  head: string;
  published: string;
  commits: string;
  depth: string;
  oldestSeconds: number;
  unpublishedSeconds: number;
}>;

/** The numbers of every partition. `here` returns those of this replica. */
export const relayStats = async (
  pool: Pool,
  here: (partition: number) => Pick<RelayStats, 'leading' | 'failing'>,
): Promise<readonly RelayStats[]> => {
  const { rows } = await pool.query<StatsRow>(STATS);
  return rows.map(({ partition, head, published, commits, depth, ...ages }) => ({
    partition,
    outboxDepth: Number(depth),
    ...ages,
    commits: Number(commits),
    head: Number(head),
    published: Number(published),
    ...here(partition),
  }));
};
