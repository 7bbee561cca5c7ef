import type { CommandHandler, Message, Types } from '@bankside/kernel';
import { Router } from 'express';
import type { Pool } from 'pg';
import * as z from 'zod';
import { staffOnly } from '@bankside/auth';
import { notFound, parseQuery } from '@bankside/http';
import { auditor, auditRoutes, type Auditor } from './audit';

/** Commits per page. The next page starts after the last revision. */
const PAGE_COMMITS = 100;

const query = z.strictObject({
  revision: z.coerce.number().int().positive().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  after: z.coerce.number().int().nonnegative().default(0),
});

type Folded = Readonly<{ revision: number; state: unknown }>;

/** The part of a command handler that loads present and past states. */
type StreamHistory = Readonly<{
  load: (id: string) => Promise<Folded>;
  stateAtRevision: (id: string, revision: number) => Promise<Folded>;
  stateAtTime: (id: string, at: string) => Promise<Folded>;
  history: (
    id: string,
    after: number,
    limit: number,
  ) => Promise<readonly Readonly<{ events: readonly Message[] }>[]>;
}>;

const stateOf = (
  streams: StreamHistory,
  id: string,
  { revision, at }: z.infer<typeof query>,
): Promise<Folded> => {
  if (revision !== undefined) return streams.stateAtRevision(id, revision);
  return at === undefined ? streams.load(id) : streams.stateAtTime(id, at);
};

/** `GET /streams/account-1000000017?revision=3`: commits, and the state at that point. */
const historyRoutes = (kinds: Readonly<Record<string, StreamHistory>>): Router => {
  const router = Router();
  router.use(staffOnly);
  router.get('/:stream', async (req, res) => {
    const { stream } = req.params;
    const kind = Object.keys(kinds).find((name) => stream.startsWith(`${name}-`));
    const streams = kind === undefined ? undefined : kinds[kind];
    if (kind === undefined || streams === undefined) throw notFound(`stream ${stream}`);
    const id = stream.slice(kind.length + 1);
    const wanted = parseQuery(query, req.query);
    const { revision, state } = await stateOf(streams, id, wanted);
    const commits = await streams.history(id, wanted.after, PAGE_COMMITS);
    if (commits.length === 0 && revision === 0) throw notFound(`stream ${stream}`);
    res.json({
      stream,
      revision,
      state,
      commits,
      ...(commits.length === PAGE_COMMITS && { next: wanted.after + PAGE_COMMITS }),
    });
  });
  return router;
};

/** The streams of an aggregate: their past, and their audit. */
type Streams = Readonly<{ history: StreamHistory; audit: Auditor }>;

/** `brokenRule` returns the invariant that a state violates, if any. */
export const streamsOf = <T extends Types>(
  handler: CommandHandler<T>,
  brokenRule?: (state: T['state']) => string | undefined,
): Streams => ({ history: handler, audit: auditor(handler, brokenRule) });

/** `/streams` and `/audit` over the aggregates of a service, by the prefix of their streams. */
export const streamRoutes = (
  pool: Pool,
  kinds: Readonly<Record<string, Streams>>,
): Readonly<Record<'/streams' | '/audit', Router>> => {
  const each = <Part extends keyof Streams>(part: Part): Readonly<Record<string, Streams[Part]>> =>
    Object.fromEntries(Object.entries(kinds).map(([kind, streams]) => [kind, streams[part]]));
  return { '/streams': historyRoutes(each('history')), '/audit': auditRoutes(pool, each('audit')) };
};
