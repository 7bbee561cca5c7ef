import type { Commit } from '@bankside/kernel';
import type { Pool } from 'pg';
import { chainStart, linkHash } from './chain';
import type { OwnedFeed } from './feed-page';
import { placeOf, storedCommit } from './stored-commit';

/** Links that one page verifies. */
const PAGE_LINKS = 500;

/** Where a database disagrees with its chain, and how. Without a number it concerns the service as a whole. */
export type ChainProblem = Readonly<{
  partition: number;
  number?: number;
  position?: number;
  stream?: string;
  revision?: number;
  problem: string;
}>;

export type ChainPage = Readonly<{
  partitions: number;
  /** Links that this page has verified. */
  links: number;
  /** Their commits as stored, in order. */
  commits: readonly Commit[];
  problems: readonly ChainProblem[];
  /** The number after which the next page begins. Missing on the last page. */
  next?: number;
}>;

type LinkRow = Readonly<{
  number: string;
  row_id: string;
  stream: string;
  revision: number;
  position: string;
  hash: string;
  correlation_id: string | null;
}>;
type CommitRow = Readonly<{ row_id: string; key: string; value: Buffer }>;
type EventRow = Readonly<{ position: string; event: string }>;

const LINKS = `
  select number, row_id, stream, revision, position, encode(hash, 'hex') as hash, correlation_id from feed_chain
  where partition = $1 and number >= $2 order by number limit $3`;
const COMMITS = 'select row_id, key, value from state where row_id = any($1::bigint[])';
const EVENTS = `
  select position, feed_event(f, $4) as event
  from feed f where partition = $1 and position > $2 and position <= $3 order by position`;

// Of one moment: a running relay moves commits from the outbox to feed and chain in one statement.
const ENDS = `
  select h.position as head,
    coalesce((select max(position) from feed f where f.partition = h.partition), 0) as fed,
    coalesce((select c.position from feed_chain c where c.partition = h.partition order by number desc limit 1), 0) as linked,
    (select count(*)::int from feed_head) as partitions
  from feed_head h where h.partition = $1`;
const UNLINKED = `
  select key, row_id from state s where starts_with(key, 's/')
    and not exists (select from feed_chain c where c.row_id = s.row_id)
    and not exists (select from outbox o where o.row_id = s.row_id)
  order by row_id limit 1`;
const COUNTS = `
  select (select count(*) from state where starts_with(key, 's/')) as commits,
    (select count(*) from feed_chain) as links, (select count(*) from outbox) as waiting`;

const TRIGGERS = `
  select name from unnest(array['feed_outbox', 'commits_are_final']) as name where not exists (
    select from pg_trigger where tgrelid = 'state'::regclass and tgname = name and tgenabled in ('O', 'A'))`;
const GRANTS = `
  select lower(privilege) || ' on ' || relation as grant
  from unnest(array['feed', 'feed_chain']) as relation, unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) as privilege
  where has_table_privilege(current_user, relation, privilege)`;

const ofKey = (key: string): string => {
  const { stream, revision } = placeOf(key);
  return `${stream}@${revision}`;
};

/** What keeps history from being rewritten is in place: the triggers, and no grants beyond insert and select. */
const guardProblems = async (pool: Pool): Promise<readonly string[]> => {
  const [triggers, grants] = await Promise.all([
    pool.query<{ name: string }>(TRIGGERS),
    pool.query<{ grant: string }>(GRANTS),
  ]);
  return [
    ...triggers.rows.map(({ name }) => `the trigger ${name} of the table state is missing or disabled`),
    ...grants.rows.map(({ grant }) => `the role of the service has the right to ${grant}`),
  ];
};

/** Commits that are neither in the chain nor in the outbox. */
const unlinkedProblems = async (pool: Pool): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ commits: string; links: string; waiting: string }>(COUNTS);
  const { commits, links, waiting } = rows[0]!;
  if (Number(commits) === Number(links) + Number(waiting)) return [];
  const first = await pool.query<{ key: string }>(UNLINKED);
  const which = first.rows[0] && `; the first commit without a link is ${ofKey(first.rows[0].key)}`;
  return [
    `${commits} commits are stored, ${links} are in the chain and ${waiting} in the outbox${which ?? ''}`,
  ];
};

const commitIn = ({ key, value }: CommitRow): Commit | undefined => {
  try {
    return storedCommit(key, value.toString('utf8'));
  } catch {
    return undefined;
  }
};

type Before = Readonly<{ number: number; position: number; hash: string }>;
type Stored = Readonly<{ commit: CommitRow | undefined; events: readonly EventRow[] }>;

/** How one link disagrees with the rows that it covers. */
const linkProblem = (before: Before, link: LinkRow, { commit, events }: Stored): string | undefined => {
  const [number, position] = [Number(link.number), Number(link.position)];
  const expected = position - before.position;
  if (number !== before.number + 1) return `the chain has no link ${before.number + 1}`;
  if (commit === undefined) return 'the commit is missing';
  if (ofKey(commit.key) !== `${link.stream}@${link.revision}`)
    return `the row of the commit has the key of ${ofKey(commit.key)}`;
  if (events.length !== expected) return `the feed has ${events.length} of its ${expected} events`;
  const hash = linkHash(before.hash, {
    number,
    position,
    key: commit.key,
    commit: commit.value.toString('utf8'),
    events: events.map(({ event }) => event),
  });
  if (hash !== link.hash) return 'the commit or its events in the feed differ from the hash';
  const story = commitIn(commit)?.correlationId ?? null;
  return story === link.correlation_id
    ? undefined
    : `the commit is in the story ${link.correlation_id} and names ${story}`;
};

type ChainPageRequest = Readonly<{ partition: number; after: number }>;
type Ends = Readonly<{ head: string; fed: string; linked: string; partitions: number }>;

const endsOf = async (pool: Pool, partition: number): Promise<Ends | undefined> =>
  (await pool.query<Ends>(ENDS, [partition])).rows[0];

/** Verifies links that follow `before`. */
const verifyLinks = async (
  { pool, source }: OwnedFeed,
  partition: number,
  links: readonly LinkRow[],
  start: Before,
): Promise<Readonly<{ commits: readonly Commit[]; problems: readonly ChainProblem[] }>> => {
  const [stored, fed] = await Promise.all([
    pool.query<CommitRow>(COMMITS, [links.map((link) => link.row_id)]),
    pool.query<EventRow>(EVENTS, [partition, start.position, links.at(-1)?.position ?? 0, source]),
  ]);
  const byRow = new Map(stored.rows.map((row) => [row.row_id, row]));
  const events = fed.rows.values();
  let event = events.next().value;
  const upTo = (position: number): readonly EventRow[] => {
    const covered: EventRow[] = [];
    for (; event !== undefined && Number(event.position) <= position; event = events.next().value)
      covered.push(event);
    return covered;
  };
  const commits: Commit[] = [];
  const problems: ChainProblem[] = [];
  let before = start;
  for (const link of links) {
    const [number, position] = [Number(link.number), Number(link.position)];
    const commit = byRow.get(link.row_id);
    const problem = linkProblem(before, link, { commit, events: upTo(position) });
    const { stream, revision } = link;
    if (problem !== undefined) problems.push({ partition, number, position, stream, revision, problem });
    const parsed = commit && commitIn(commit);
    if (parsed !== undefined) commits.push(parsed);
    before = { number, position, hash: link.hash };
  }
  return { commits, problems };
};

const endProblems = ({ head, fed, linked }: Ends): readonly string[] =>
  head === fed && head === linked
    ? []
    : [`the head of the feed is ${head}, its last event ${fed}, and the last event of the chain ${linked}`];

/** The link after which a page begins. Undefined if the chain has no such link. */
const linkBefore = (source: string, { partition, after }: ChainPageRequest, first: LinkRow | undefined) => {
  if (after === 0) return { number: 0, position: 0, hash: chainStart(source, partition) };
  if (first === undefined || Number(first.number) !== after) return undefined;
  return { number: after, position: Number(first.position), hash: first.hash };
};

/** The problems of the service as a whole, found once in a pass over its chains. */
const wholeProblems = async (
  pool: Pool,
  { partition, after }: ChainPageRequest,
  isLast: boolean,
): Promise<readonly string[]> => {
  if (partition > 0) return [];
  return [...(after === 0 ? await guardProblems(pool) : []), ...(isLast ? await unlinkedProblems(pool) : [])];
};

/**
 * Verifies the next links of a partition against the stored commits and the feed. The first page also verifies triggers and
 * grants, and the last one that the chain, the feed and its head end at the same position.
 * @returns undefined if the feed has no such partition
 */
export const verifyChainPage = async (
  pool: Pool,
  source: string,
  request: ChainPageRequest,
): Promise<ChainPage | undefined> => {
  const { partition, after } = request;
  const ends = await endsOf(pool, partition);
  if (ends === undefined) return undefined;
  const { rows } = await pool.query<LinkRow>(LINKS, [partition, after, PAGE_LINKS + 1]);
  const before = linkBefore(source, request, rows[0]);
  if (before === undefined) {
    const problem = { partition, number: after, problem: `the chain has no link ${after}` };
    return { partitions: ends.partitions, links: 0, commits: [], problems: [problem] };
  }
  const links = after === 0 ? rows.slice(0, PAGE_LINKS) : rows.slice(1);
  const isLast = links.length < PAGE_LINKS;
  const { commits, problems } = await verifyLinks({ pool, source }, partition, links, before);
  const whole = [...(await wholeProblems(pool, request, isLast)), ...(isLast ? endProblems(ends) : [])];
  return {
    partitions: ends.partitions,
    links: links.length,
    commits,
    problems: [...problems, ...whole.map((problem) => ({ partition, problem }))],
    ...(!isLast && { next: Number(links.at(-1)!.number) }),
  };
};

/** The hashes of some links, by number; a link that does not exist has none. */
export const chainHashes = async (
  pool: Pool,
  partition: number,
  numbers: readonly number[],
): Promise<Readonly<Record<string, string>>> => {
  const { rows } = await pool.query<{ number: string; hash: string }>(
    `select number, encode(hash, 'hex') as hash from feed_chain where partition = $1 and number = any($2::bigint[])`,
    [partition, numbers],
  );
  return Object.fromEntries(rows.map(({ number, hash }) => [number, hash]));
};
