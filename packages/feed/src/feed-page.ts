import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { EventEnvelope } from '@bankside/contracts';
/** Events in one page when the caller does not say. */
export const PAGE_EVENTS = 500;
/** Events in one page at most. */
export const LONGEST_PAGE_EVENTS = 1_000;

export type PageRequest = Readonly<{
  partition: number;
  after: number;
  limit: number;
  /** Wait until everything that was committed before this request is in the feed: for a reader who misses something. */
  flushed?: boolean;
}>;

/** A piece of a feed. `head` is the last position of the partition, `partitions` how many the feed has. */
export type FeedPage = Readonly<{ events: readonly EventEnvelope[]; head: number; partitions: number }>;

/** What a route answers: `body` is JSON already. */
export type FeedResponse = Readonly<{ status: 200 | 400; body: string }>;

// The head is of the same moment as the events.
const PAGE = `
  select h.position as head, (select count(*)::int from feed_head) as partitions,
    coalesce((select string_agg(e.event::text, ',' order by e.position) from (
      select event, position from feed where partition = $1 and position > $2 order by position limit $3
    ) as e), '') as events
  from feed_head h where partition = $1`;

/** How long a request waits for the relay. After that it gets what the feed has. */
const FLUSH_TIMEOUT_MS = 2_000;
const FLUSH_POLL_MS = 4;

/** Until the relay has fed what the outbox holds now. */
const waitForOutbox = async (pool: Pool, partition: number): Promise<void> => {
  const last = await pool.query<{ last: string | null }>({
    name: 'outbox-last',
    text: 'select max(row_id) as last from outbox where partition = $1',
    values: [partition],
  });
  const rowId = last.rows[0]?.last ?? null;
  if (rowId === null) return;
  for (const deadline = performance.now() + FLUSH_TIMEOUT_MS; performance.now() < deadline;) {
    const { rows } = await pool.query<{ waits: boolean }>({
      name: 'outbox-waits',
      text: 'select exists (select from outbox where partition = $1 and row_id <= $2) as waits',
      values: [partition, rowId],
    });
    if (rows[0]?.waits !== true) return;
    await setTimeout(FLUSH_POLL_MS);
  }
};

type PageRow = Readonly<{ head: string; partitions: number; events: string }>;

const readPage = async (
  pool: Pool,
  { partition, after, limit, flushed = false }: PageRequest,
): Promise<string | undefined> => {
  if (flushed) await waitForOutbox(pool, partition);
  const { rows } = await pool.query<PageRow>({
    name: 'feed-page',
    text: PAGE,
    values: [partition, after, Math.min(limit, LONGEST_PAGE_EVENTS)],
  });
  const [row] = rows;
  return row && `{"events":[${row.events}],"head":${row.head},"partitions":${row.partitions}}`;
};

/** Events of the feed after a position, oldest first, for ever. */
export const readFeedPage = async (pool: Pool, request: PageRequest): Promise<FeedPage> => {
  const page = await readPage(pool, request);
  if (page === undefined) throw new Error(`The feed has no partition ${request.partition}.`);
  return JSON.parse(page) as FeedPage;
};

const whole = (value: unknown, otherwise: number): number => {
  if (value === undefined) return otherwise;
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
};

const refused = (reason: string): FeedResponse => ({
  status: 400,
  body: JSON.stringify({ title: reason, status: 400 }),
});

/**
 * `GET /feed?partition=0&after=0&limit=500&flushed=true` without the web server. The text of the events goes from the database to the
 * caller as it is.
 */
export const feedHandler =
  (pool: Pool) =>
  async (query: Readonly<Record<string, unknown>>): Promise<FeedResponse> => {
    const partition = whole(query['partition'], 0);
    const after = whole(query['after'], 0);
    const limit = whole(query['limit'], PAGE_EVENTS);
    if ([partition, after, limit].some(Number.isNaN) || limit === 0 || partition > 2 ** 31 - 1)
      return refused('partition, after and limit must be whole numbers, and limit over 0');
    const body = await readPage(pool, { partition, after, limit, flushed: query['flushed'] === 'true' });
    return body === undefined ? refused(`there is no partition ${partition}`) : { status: 200, body };
  };
