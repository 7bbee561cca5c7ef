import { staffOnly } from '@bankside/auth';
import { journalFilter, trialBalanceQuery } from '@bankside/contracts/http/journal';
import { viewPage } from '@bankside/contracts/http/paging';
import { parseQuery } from '@bankside/http';
import { decodeCursor, encodeCursor } from '@bankside/projections';
import { Router, type Request } from 'express';
import * as z from 'zod';
import type { EntriesRequest, JournalReader } from './journal-reader';

/** The most entries of one page; an export reads the journal in such pages. */
const MAX_ENTRIES = 1_000;

const entriesQuery = z.strictObject({
  ...journalFilter,
  day: z.iso.date().optional(),
  ...viewPage,
  limit: z.coerce.number().int().min(1).max(MAX_ENTRIES).default(MAX_ENTRIES),
  oldestFirst: z.stringbool().default(false),
});

const entriesRequest = (query: unknown): EntriesRequest => {
  const { cursor, ...request } = parseQuery(entriesQuery, query);
  return { ...request, after: cursor === undefined ? undefined : decodeCursor(cursor) };
};

/** Entries and trial balance of the journal. */
export const ledgerRoutes = (
  reader: JournalReader,
  /** Waits until the view includes the caller's writes. */
  wait: (req: Request) => Promise<void>,
): Router => {
  const router = Router();
  router.use(staffOnly);
  router.get('/entries', async (req, res) => {
    const request = entriesRequest(req.query);
    await wait(req);
    const { entries, next } = await reader.entries(request);
    res.json({ entries, ...(next !== undefined && { next: encodeCursor(next) }) });
  });
  router.get('/trial-balance', async (req, res) => {
    const { at } = parseQuery(trialBalanceQuery, req.query);
    await wait(req);
    res.json(await reader.trialBalance(at));
  });
  return router;
};
