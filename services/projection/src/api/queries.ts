import { notFound, parseQuery, requireOwner, requireStaff } from '@bankside/service';
import { Router, type Request } from 'express';
import { z } from 'zod';
import type { Reader } from '../runner/reader';
import type { List, View } from '../view';

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

/** Customers see documents that name them as theirs; the others are for the staff. */
const requireMine = (req: Request, document: object): void => {
  const { customerId } = document as Readonly<{ customerId?: unknown }>;
  if (typeof customerId === 'string') requireOwner(req, customerId);
  else requireStaff(req);
};

/** `GET /order-status/:key` and `GET /order-status?customerId=…&limit=&cursor=` for a view with such a list. */
export const queryRoutes = (view: View, reader: Reader): Router => {
  const { name, plural, shown = () => true, lists = [] } = view;
  const schema = listQuery(lists);
  const router = Router();
  router.get('/', async (req, res) => {
    const query = parseQuery(schema, req.query);
    const { limit, cursor } = query;
    const { by } = lists.find((one) => one.by in query)!;
    const value = (query as Record<string, unknown>)[by] as string;
    if (by === 'customerId') requireOwner(req, value);
    const page = await reader.list({
      by,
      value,
      limit,
      ...(cursor !== undefined && { after: decode(cursor) }),
    });
    const { documents, next } = page;
    for (const document of documents) requireMine(req, document);
    res.json({ [plural]: documents.filter(shown), ...(next !== undefined && { next: encode(next) }) });
  });
  router.get('/:key', async (req, res) => {
    const document = await reader.get(req.params.key);
    if (document === undefined || !shown(document)) throw notFound(`${name} ${req.params.key}`);
    requireMine(req, document);
    res.json(document);
  });
  return router;
};
