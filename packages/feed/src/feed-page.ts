import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { ChainHead, FeedPage } from '@bankside/contracts';

/**
 * The number of partitions that the feed was created with.
 * @throws if another number is configured: a stream that changed its partition would lose the order of its events
 */
export const feedPartitions = async (pool: Pool, configured?: number): Promise<number> => {
  const { rows } = await pool.query<{ partitions: number }>(
    'select count(*)::int as partitions from feed_head',
  );
  const { partitions } = rows[0]!;
  if (configured !== undefined && configured !== partitions)
    throw new Error(
      `The feed was created with ${partitions} partition(s), and ${configured} are configured. The number cannot change later: a stream would change its partition and lose the order of its events. Set feedPartitions back to ${partitions}.`,
    );
  return partitions;
};

/** Notifications to the leaders of a relay that are in other processes. Several may arrive as one. */
export const RELAY_CHANNEL = 'feed_notify';

/** Events in one page by default. */
export const PAGE_EVENTS = 500;
/** Events in one page at most. */
const LONGEST_PAGE_EVENTS = 1_000;

export type PageRequest = Readonly<{
  partition: number;
  after: number;
  limit: number;
  /** Wait until the feed holds everything that was committed before this request: for a reader that misses an event. */
  flushed?: boolean;
  /** Another reader's request for the same page that is under way may serve this one. */
  shared?: boolean;
  /** The number of the chain's link that the reader has kept: the page contains the hash that the chain has there. */
  witnessed?: number;
}>;

/** Reads a page of the owner's feed, for example by Dapr service invocation. */
export type Pull = (request: PageRequest) => Promise<FeedPage>;

/** Signs the head of the chain over a partition. */
export type SignChainHead = (partition: number, head: Omit<ChainHead, 'signature'>) => ChainHead;

/** Status and body of the route; `body` is JSON text. */
export type FeedResponse = Readonly<{ status: 200 | 400; body: string }>;

// One statement, so that the head and the events are of the same moment.
const PAGE = `
  select h.position as head, (select count(*)::int from feed_head) as partitions,
    coalesce((select string_agg(feed_event(f, $5), ',' order by f.position) from (
      select * from feed where partition = $1 and position > $2 order by position limit $3
    ) as f), '') as events,
    c.number, c.position as linked, c.hash, c.at,
    (select w.hash from feed_chain w where w.partition = $1 and w.number = $4) as witnessed
  from feed_head h left join lateral (
    select number, position, hash, at from feed_chain where partition = $1 order by number desc limit 1
  ) as c on true where h.partition = $1`;

/** The relay is late, so a complete page is not available; a retry may succeed. */
class FeedBehind extends Error {
  override name = 'Outage';
}

/** How long a request waits for the relay before it fails: an incomplete page would pass for a complete one. */
const FLUSH_TIMEOUT_MS = 2_000;
const FLUSH_POLL_MS = 4;
/** After this long the relay may have missed a notification, so the request sends one. */
const NOTIFY_AFTER_MS = 50;

/** Waits until the relay has fed the commits that the outbox holds now. @throws FeedBehind if that takes too long */
const waitForOutbox = async (pool: Pool, partition: number): Promise<void> => {
  const last = await pool.query<{ last: string | null }>({
    name: 'outbox-last',
    text: 'select max(row_id) as last from outbox where partition = $1',
    values: [partition],
  });
  const rowId = last.rows[0]?.last ?? null;
  if (rowId === null) return;
  const begun = performance.now();
  let notified = false;
  for (const deadline = begun + FLUSH_TIMEOUT_MS; performance.now() < deadline;) {
    const { rows } = await pool.query<{ waits: boolean }>({
      name: 'outbox-waits',
      text: 'select exists (select from outbox where partition = $1 and row_id <= $2) as waits',
      values: [partition, rowId],
    });
    if (rows[0]?.waits !== true) return;
    if (!notified && performance.now() - begun > NOTIFY_AFTER_MS) {
      notified = true;
      await pool.query(`notify ${RELAY_CHANNEL}`);
    }
    await setTimeout(FLUSH_POLL_MS);
  }
  throw new FeedBehind(`The relay has not fed the commits of partition ${partition} in time`);
};

type PageRow = Readonly<{
  head: string;
  partitions: number;
  events: string;
  number: string | null;
  linked: string;
  hash: Buffer;
  at: Date;
  witnessed: Buffer | null;
}>;

/** Signs each head once, however often it is read. */
const signedHeads = (sign: SignChainHead) => {
  const last = new Map<number, ChainHead>();
  return (partition: number, { number, linked, hash, at }: PageRow): ChainHead => {
    const head = {
      number: Number(number),
      position: Number(linked),
      hash: hash.toString('hex'),
      at: at.toISOString(),
    };
    const known = last.get(partition);
    if (known?.number === head.number && known.hash === head.hash) return known;
    const signed = sign(partition, head);
    last.set(partition, signed);
    return signed;
  };
};

/** The database of an owner, and its app-id: the source of its events. */
export type OwnedFeed = Readonly<{ pool: Pool; source: string }>;

const readPage = async (
  { pool, source }: OwnedFeed,
  { partition, after, limit, flushed = false, witnessed }: PageRequest,
  headOf?: ReturnType<typeof signedHeads>,
): Promise<string | undefined> => {
  if (flushed) await waitForOutbox(pool, partition);
  const { rows } = await pool.query<PageRow>({
    name: 'feed-page',
    text: PAGE,
    values: [partition, after, Math.min(limit, LONGEST_PAGE_EVENTS), witnessed, source],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  const chain = headOf &&
    row.number !== null && {
      head: headOf(partition, row),
      ...(row.witnessed !== null && { witnessed: row.witnessed.toString('hex') }),
    };
  const signed = chain ? `,"chain":${JSON.stringify(chain)}` : '';
  return `{"events":[${row.events}],"head":${row.head},"partitions":${row.partitions}${signed}}`;
};

/** Events after a position, oldest first, without the head of the chain. Events stay in the feed for good. */
export const readFeedPage = async (feed: OwnedFeed, request: PageRequest): Promise<FeedPage> => {
  const page = await readPage(feed, request);
  if (page === undefined) throw new Error(`The feed has no partition ${request.partition}.`);
  return JSON.parse(page) as FeedPage;
};

const wholeNumber = (value: unknown, otherwise: number): number => {
  if (value === undefined) return otherwise;
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
};

const badRequest = (reason: string): FeedResponse => ({
  status: 400,
  body: JSON.stringify({ title: reason, status: 400 }),
});

/**
 * `GET /feed?partition=0&after=0&limit=500&flushed=true&witnessed=7` without the web server. Passes the text of the events
 * on unparsed.
 */
export const feedHandler = (feed: OwnedFeed, sign: SignChainHead) => {
  const headOf = signedHeads(sign);
  return async (query: Readonly<Record<string, unknown>>): Promise<FeedResponse> => {
    const partition = wholeNumber(query['partition'], 0);
    const after = wholeNumber(query['after'], 0);
    const limit = wholeNumber(query['limit'], PAGE_EVENTS);
    const witnessed = wholeNumber(query['witnessed'], 0);
    if ([partition, after, limit, witnessed].some(Number.isNaN) || limit === 0 || partition > 2 ** 31 - 1)
      return badRequest('partition, after, limit and witnessed must be whole numbers, and limit over 0');
    const request = { partition, after, limit, flushed: query['flushed'] === 'true', witnessed };
    const body = await readPage(feed, request, headOf);
    return body === undefined ? badRequest(`there is no partition ${partition}`) : { status: 200, body };
  };
};
