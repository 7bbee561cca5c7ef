import { rowsOf } from '@bankside/tools';

type PartitionRow = Readonly<{
  partition: number;
  head: string;
  last: string;
  count: string;
  published: string;
  outbox: string;
}>;

const PARTITIONS = `
  select h.partition, h.position as head, p.position as published,
    (select coalesce(max(position), 0) from feed f where f.partition = h.partition) as last,
    (select count(*) from feed f where f.partition = h.partition) as count,
    (select count(*) from outbox o where o.partition = h.partition) as outbox
  from feed_head h join feed_published p using (partition) order by 1`;

/** Commits grouped by their event types: of each group, either all or none are in the feed. */
const UNFED = `
  with kind as (
    select split_part(s.key, '/', 2) as stream, split_part(s.key, '/', 3)::int as revision,
      (select string_agg(e->>'type', '+') from json_array_elements(convert_from(s.value, 'UTF8')::json->'events') e) as types
    from state s where s.key like 's/%'
  )
  select types, count(*) as commits, count(fed.stream) as fed
  from kind left join (select distinct stream, revision from feed) fed using (stream, revision)
  group by types having count(fed.stream) not in (0, count(*))`;

type MissingCommits = Readonly<{ types: string; commits: string; fed: string }>;

/** The last position of each feed partition, by `<source>/<partition>`. */
export type FeedHeads = ReadonlyMap<string, number>;

export const headsOf = async (databases: readonly (readonly [string, string])[]): Promise<FeedHeads> => {
  const each = await Promise.all(
    databases.map(async ([name, url]) => {
      const rows = await rowsOf<{ partition: number; position: string }>(url, 'select * from feed_head');
      return rows.map(({ partition, position }) => [`${name}/${partition}`, Number(position)] as const);
    }),
  );
  return new Map(each.flat());
};

/** Feeds with commits in the outbox or unpublished events. */
export const unfed = async (
  databases: readonly (readonly [string, string])[],
): Promise<readonly string[]> => {
  const each = await Promise.all(
    databases.map(async ([name, url]) =>
      (await rowsOf<PartitionRow>(url, PARTITIONS))
        .filter(({ head, published, outbox }) => outbox !== '0' || head !== published)
        .map(
          ({ outbox, head, published }) =>
            `${name}: ${outbox} commits in the outbox, ${published} of ${head} events published`,
        ),
    ),
  );
  return each.flat();
};

/** Every feed is gapless, contains every commit it should, and is published to its end. */
export const feedProblems = async (
  databases: readonly (readonly [string, string])[],
): Promise<readonly string[]> => {
  const each = await Promise.all(
    databases.map(async ([name, url]) => {
      const partitions = await rowsOf<PartitionRow>(url, PARTITIONS);
      const missing = await rowsOf<MissingCommits>(url, UNFED);
      return [
        ...partitions
          .filter(({ head, last, count }) => head !== last || head !== count)
          .map(
            (row) => `the feed of ${name} has ${row.count} events up to ${row.last}, its head is ${row.head}`,
          ),
        ...missing.map(
          ({ types, commits, fed }) => `the feed of ${name} has ${fed} of ${commits} commits of ${types}`,
        ),
      ];
    }),
  );
  return [...each.flat(), ...(await unfed(databases))];
};
