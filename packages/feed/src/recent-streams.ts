import type { Pool } from 'pg';

/** Commits of one partition that a page covers at most. */
const SCANNED_COMMITS = 2_000;
const BEYOND_ALL = Number.MAX_SAFE_INTEGER;

// A link stands for its stream when no later commit of that stream exists: keys end in the revision, in ten digits.
const STREAMS = `
  with scanned as (
    select number, stream, revision, at, row_id from feed_chain
    where partition = $1 and number < $2 order by number desc limit ${SCANNED_COMMITS}
  ), found as (
    select number, stream, revision, at from scanned join state s using (row_id)
    where ($3::text is null or strpos(stream, $3) > 0) and not exists (
      select from state later where later.key = left(s.key, -10) || lpad((revision + 1)::text, 10, '0'))
    order by number desc limit $4
  )
  select (select coalesce(min(number), 1) from scanned) as least,
    coalesce((select json_agg(f order by f.number desc) from found f), '[]') as streams`;

type Found = Readonly<{ number: number; stream: string; revision: number; at: string }>;
/** The streams of one partition whose last commit is among its newest, down to the link `least`. */
type Tail = Readonly<{ least: number; streams: readonly Found[] }>;

const byTime = (a: Found, b: Found): number => (a.at < b.at ? 1 : Number(a.at > b.at) * -1);

export type RecentStreamsRequest = Readonly<{
  /** A part of the names of the streams. */
  contains?: string | undefined;
  limit: number;
  /** `next` of the previous page: the link of each partition before which the page begins. */
  cursor?: string | undefined;
}>;
export type RecentStreams = Readonly<{
  streams: readonly Readonly<{ stream: string; revision: number; at: string }>[];
  next?: string;
}>;

const tailOf = async (
  pool: Pool,
  partition: number,
  before: number,
  { contains, limit }: RecentStreamsRequest,
): Promise<Tail> => {
  const { rows } = await pool.query<Readonly<{ least: string; streams: readonly Found[] }>>({
    name: 'recent-streams',
    text: STREAMS,
    values: [partition, before, contains, limit],
  });
  return { least: Number(rows[0]!.least), streams: rows[0]!.streams };
};

/** Before which link the next page begins: behind the streams that are shown, or else behind all that was scanned. */
const nextOf = ({ least, streams }: Tail, page: readonly Found[], limit: number): number => {
  const shown = streams.filter((one) => page.includes(one));
  if (shown.length === streams.length && streams.length < limit) return least;
  return shown.at(-1)?.number ?? streams[0]!.number + 1;
};

/** The streams of the service, the most recently changed first. A page covers a bounded number of commits. */
export const recentStreams = async (pool: Pool, request: RecentStreamsRequest): Promise<RecentStreams> => {
  const { rows } = await pool.query<{ partition: number }>('select partition from feed_head order by 1');
  const befores = request.cursor?.split('.').map(Number) ?? [];
  const tails = await Promise.all(
    rows.map(({ partition }) => tailOf(pool, partition, befores[partition] ?? BEYOND_ALL, request)),
  );
  const page = tails
    .flatMap(({ streams }) => streams)
    .toSorted(byTime)
    .slice(0, request.limit);
  const next = tails.map((tail) => nextOf(tail, page, request.limit));
  return {
    streams: page.map(({ stream, revision, at }) => ({ stream, revision, at: new Date(at).toISOString() })),
    ...(next.some((number) => number > 1) && { next: next.join('.') }),
  };
};
