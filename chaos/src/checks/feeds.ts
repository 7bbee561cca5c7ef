import { rowsOf } from '../facts';

type Place = Readonly<{
  partition: number;
  head: string;
  last: string;
  count: string;
  published: string;
  outbox: string;
}>;

const PLACES = `
  select h.partition, h.position as head, p.position as published,
    (select coalesce(max(position), 0) from feed f where f.partition = h.partition) as last,
    (select count(*) from feed f where f.partition = h.partition) as count,
    (select count(*) from outbox o where o.partition = h.partition) as outbox
  from feed_head h join feed_published p using (partition) order by 1`;

/** Commits by the types of their events: those of one kind are all in the feed, or none of them is. */
const UNFED = `
  with kind as (
    select split_part(s.key, '/', 2) as stream, split_part(s.key, '/', 3)::int as revision,
      (select string_agg(e->>'type', '+') from json_array_elements(convert_from(s.value, 'UTF8')::json->'events') e) as types
    from state s where s.key like 's/%'
  )
  select types, count(*) as commits, count(fed.stream) as fed
  from kind left join (select distinct stream, revision from feed) fed using (stream, revision)
  group by types having count(fed.stream) not in (0, count(*))`;

type Unfed = Readonly<{ types: string; commits: string; fed: string }>;

/** How far a consumer is with each source. */
export type Positions = ReadonlyMap<string, number>;

/** Last positions by `source/partition`. */
export const headsOf = async (databases: readonly (readonly [string, string])[]): Promise<Positions> => {
  const each = await Promise.all(
    databases.map(async ([name, url]) => {
      const rows = await rowsOf<{ partition: number; position: string }>(url, 'select * from feed_head');
      return rows.map(({ partition, position }) => [`${name}/${partition}`, Number(position)] as const);
    }),
  );
  return new Map(each.flat());
};

/** Feeds that still wait for their relay. */
export const unfed = async (
  databases: readonly (readonly [string, string])[],
): Promise<readonly string[]> => {
  const each = await Promise.all(
    databases.map(async ([name, url]) =>
      (await rowsOf<Place>(url, PLACES))
        .filter(({ head, published, outbox }) => outbox !== '0' || head !== published)
        .map(
          ({ outbox, head, published }) =>
            `${name}: ${outbox} commits wait, ${published} of ${head} published`,
        ),
    ),
  );
  return each.flat();
};

/** Every feed is without a gap, has every commit that it should have, and the broker was given all of it. */
export const feedProblems = async (
  databases: readonly (readonly [string, string])[],
): Promise<readonly string[]> => {
  const each = await Promise.all(
    databases.map(async ([name, url]) => {
      const places = await rowsOf<Place>(url, PLACES);
      const missing = await rowsOf<Unfed>(url, UNFED);
      return [
        ...places
          .filter(({ head, last, count }) => head !== last || head !== count)
          .map(
            (place) =>
              `the feed of ${name} has ${place.count} events up to ${place.last}, its head is ${place.head}`,
          ),
        ...missing.map(
          ({ types, commits, fed }) => `the feed of ${name} has ${fed} of ${commits} commits of ${types}`,
        ),
      ];
    }),
  );
  return [...each.flat(), ...(await unfed(databases))];
};
