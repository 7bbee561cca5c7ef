import { operatorOnly } from '@bankside/auth';
import { auditChainQuery, type AuditChainResponse } from '@bankside/contracts/http/audit';
import { chainHashes, verifyChainPage } from '@bankside/feed';
import { notFound, parseQuery } from '@bankside/http';
import type { Commit, Message } from '@bankside/kernel';
import { isSealed } from '@bankside/privacy';
import { defined } from '@bankside/std';
import { Router } from 'express';
import type { Pool } from 'pg';

/** An audit has no use for encrypted personal data. */
const withoutSealed = (data: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(data).filter(([, value]) => typeof value !== 'string' || !isSealed(value)),
  );

const toResponse = ({ stream, revision, commandId, at, correlationId, events }: Commit) => ({
  stream,
  revision,
  commandId,
  at,
  ...defined({ correlationId }),
  events: events.map(({ type, data }: Message) => ({ type, data: withoutSealed(data) })),
});

/** `GET /audit/chain?partition=0&after=500`: verifies the next links of the chain, and returns the commits that they cover. */
export const chainRoutes = (pool: Pool, source: string): Router => {
  const router = Router();
  router.get('/', operatorOnly, async (req, res) => {
    const { partition, after, hashes } = parseQuery(auditChainQuery, req.query);
    const page = await verifyChainPage(pool, source, { partition, after });
    if (page === undefined) throw notFound(`partition ${partition} of ${source}`);
    res.json({
      ...page,
      problems: [...page.problems],
      commits: page.commits.map(toResponse),
      hashes: await chainHashes(pool, partition, hashes?.split(',').map(Number) ?? []),
    } satisfies AuditChainResponse);
  });
  return router;
};
