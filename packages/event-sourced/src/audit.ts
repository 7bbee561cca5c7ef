import type { CommandHandler, Types } from '@bankside/kernel';
import { Router } from 'express';
import type { Pool } from 'pg';
import * as z from 'zod';
import { staffOnly } from '@bankside/auth';
import { parseQuery } from '@bankside/http';

/** The limits of one response, in streams and in time. The next request continues where it ended. */
const PAGE_STREAMS = 500;
const PAGE_MS = 2_000;
/** Streams that are audited concurrently. */
const AT_ONCE = 16;

const query = z.strictObject({ after: z.coerce.number().int().nonnegative().default(0) });

type Found = Readonly<{ commits: number; events: number; problems: readonly string[] }>;

/** Audits one stream by its id. */
export type Auditor = (id: string) => Promise<Found>;

/** Audits the streams of an aggregate. `brokenRule` returns the invariant that a state violates, if any. */
export const auditor =
  <T extends Types>(
    { verifyReplay }: CommandHandler<T>,
    brokenRule: (state: T['state']) => string | undefined = () => undefined,
  ): Auditor =>
  async (id) => {
    const { revision, events, state, differs } = await verifyReplay(id);
    const rule = brokenRule(state);
    const problems = [
      ...differs.map((what) => `its ${what} differs from the fold of its commits`),
      ...(rule === undefined ? [] : [rule]),
    ];
    return { commits: revision, events, problems };
  };

// In the order of rows, since the order of keys depends on the database's collation. Each stream has one first commit.
const STREAMS = `
  select row_id, split_part(key, '/', 2) as stream from state
  where row_id > $1 and key like 's/%/0000000001' order by row_id limit $2`;
type Row = Readonly<{ row_id: string; stream: string }>;

const auditedBy = async (kinds: Readonly<Record<string, Auditor>>, name: string): Promise<Found> => {
  const stream = decodeURIComponent(name);
  const kind = Object.keys(kinds).find((prefix) => stream.startsWith(`${prefix}-`));
  if (kind === undefined) return { commits: 0, events: 0, problems: ['the kind of the stream is unknown'] };
  return kinds[kind]!(stream.slice(kind.length + 1)).catch((error: Error) => {
    if (error.name === 'Outage') throw error;
    return { commits: 0, events: 0, problems: [`it cannot be folded: ${error.message}`] };
  });
};

/**
 * `GET /audit?after=<row>`: audits the next streams. A response without `next` is the last page. `kinds` are the prefixes of
 * streams.
 */
export const auditRoutes = (pool: Pool, kinds: Readonly<Record<string, Auditor>>): Router => {
  const router = Router();
  router.get('/', staffOnly, async (req, res) => {
    const { after } = parseQuery(query, req.query);
    const { rows } = await pool.query<Row>(STREAMS, [after, PAGE_STREAMS]);
    const deadline = performance.now() + PAGE_MS;
    const sums = { streams: 0, commits: 0, events: 0 };
    const problems: { stream: string; problem: string }[] = [];
    while (sums.streams < rows.length && performance.now() < deadline) {
      const some = rows.slice(sums.streams, sums.streams + AT_ONCE);
      const found = await Promise.all(some.map(({ stream }) => auditedBy(kinds, stream)));
      found.forEach((one, index) => {
        sums.commits += one.commits;
        sums.events += one.events;
        problems.push(...one.problems.map((problem) => ({ stream: some[index]!.stream, problem })));
      });
      sums.streams += some.length;
    }
    const isLast = sums.streams === rows.length && rows.length < PAGE_STREAMS;
    res.json({ ...sums, problems, ...(!isLast && { next: Number(rows[sums.streams - 1]!.row_id) }) });
  });
  return router;
};
