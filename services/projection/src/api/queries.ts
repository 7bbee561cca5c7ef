import { notFound, parseQuery } from '@bankside/service';
import { Router } from 'express';
import { z } from 'zod';
import type { Generation, ViewStore } from '../store/port';
import type { List } from '../view';

/** Documents in one page when the caller does not say, and at most. */
const PAGE_DOCUMENTS = 20;
const LONGEST_PAGE_DOCUMENTS = 100;

const listQuery = (lists: readonly List[]) =>
  z
    .strictObject({
      ...Object.fromEntries(lists.map(({ by }) => [by, z.string().min(1).max(100).optional()])),
      limit: z.coerce.number().int().min(1).max(LONGEST_PAGE_DOCUMENTS).default(PAGE_DOCUMENTS),
      cursor: z.string().max(500).optional(),
    })
    .refine((query) => lists.filter(({ by }) => by in query).length === 1, {
      error: `must have one of ${lists.map(({ by }) => by).join(', ')}`,
    });

const encode = (cursor: string): string => Buffer.from(cursor).toString('base64url');
const decode = (cursor: string): string => Buffer.from(cursor, 'base64url').toString();

/** `GET /order-status/:key` and `GET /order-status?customerId=…&limit=&cursor=` for a view with such a list. */
export const queryRoutes = (generation: Generation, store: ViewStore): Router => {
  const { name, plural, shown = () => true, lists = [] } = generation.view;
  const router = Router();
  router.get('/', async (req, res) => {
    const query = parseQuery(listQuery(lists), req.query);
    const { limit, cursor } = query;
    const { by } = lists.find((one) => one.by in query)!;
    const page = await store.list(generation, {
      by,
      value: (query as Record<string, unknown>)[by] as string,
      limit,
      ...(cursor !== undefined && { after: decode(cursor) }),
    });
    const { documents, next } = page;
    res.json({ [plural]: documents.filter(shown), ...(next !== undefined && { next: encode(next) }) });
  });
  router.get('/:key', async (req, res) => {
    const document = await store.get(generation, req.params.key);
    if (document === undefined || !shown(document)) throw notFound(`${name} ${req.params.key}`);
    res.json(document);
  });
  return router;
};
