import { text } from '@bankside/contracts';
import { viewPage } from '@bankside/contracts/http/paging';
import { notFound, parseQuery, readYourWrites } from '@bankside/http';
import { requireOwner, requireStaff, STAFF } from '@bankside/auth';
import { Router, type Request } from 'express';
import * as z from 'zod';
import type { Delivery } from '../delivery';
import type { ProjectionQueries } from '../queries';
import type { ListDefinition, Projection } from '../projection';

/** Documents in one page, by default and at most. */
const PAGE_DOCUMENTS = 20;
const LONGEST_PAGE_DOCUMENTS = 100;

const parameterOf = ({ by, queryParam: as = by }: ListDefinition): string => as;

/** The lists that a query names; without any, the list of all documents, if there is one. */
const listsIn = (lists: readonly ListDefinition[], query: object): readonly ListDefinition[] => {
  const named = lists.filter((list) => parameterOf(list) in query);
  return named.length > 0 ? named : lists.filter(({ valueOfAll }) => valueOfAll !== undefined);
};

const isAnswerable = ([first, ...others]: readonly ListDefinition[]): boolean =>
  first !== undefined && others.every(({ narrows }) => narrows);

const listQuery = (lists: readonly ListDefinition[]) =>
  z
    .strictObject({
      ...Object.fromEntries(lists.map((list) => [parameterOf(list), text(1, 100).optional()])),
      limit: z.coerce.number().int().min(1).max(LONGEST_PAGE_DOCUMENTS).default(PAGE_DOCUMENTS),
      cursor: viewPage.cursor,
    })
    .refine((query) => isAnswerable(listsIn(lists, query)), {
      error: `must have one of ${lists.map(parameterOf).join(', ')}`,
    });

export const encodeCursor = (cursor: string): string => Buffer.from(cursor).toString('base64url');
export const decodeCursor = (cursor: string): string => Buffer.from(cursor, 'base64url').toString();

/** `asked` is missing in a query for all documents. `filters` are the values of further lists, by field. */
type Checked = Readonly<{
  list: ListDefinition;
  asked?: string;
  filters: readonly (readonly [field: string, value: string])[];
  limit: number;
  after?: string;
}>;

/** @throws Problem 400 */
const checkedQuery = (
  schema: ReturnType<typeof listQuery>,
  lists: readonly ListDefinition[],
  req: Request,
): Checked => {
  const query = parseQuery(schema, req.query);
  const { limit, cursor } = query;
  const [list, ...others] = listsIn(lists, query) as [ListDefinition, ...ListDefinition[]];
  const valueOf = (one: ListDefinition) =>
    (query as Record<string, unknown>)[parameterOf(one)] as string | undefined;
  const asked = valueOf(list);
  return {
    list,
    filters: others.map((one) => [one.by, valueOf(one)!] as const),
    limit,
    ...(asked !== undefined && { asked }),
    ...(cursor !== undefined && { after: decodeCursor(cursor) }),
  };
};

/** Customers see documents that name them as theirs; the others are for the staff. */
const requireMine = (req: Request, document: object): void => {
  const { customerId } = document as Readonly<{ customerId?: unknown }>;
  if (typeof customerId === 'string') requireOwner(req, customerId, STAFF);
  else requireStaff(req);
};

/** Delays a request until the view includes its caller's writes. @throws Problem 503 `view-behind` */
export const waitForWrites =
  (projection: Projection, { catchUp }: Pick<Delivery, 'catchUp'>) =>
  (req: Request): Promise<void> =>
    readYourWrites(req, {
      name: projection.name,
      sources: projection.sources,
      catchUp: (awaited, timeoutMs) => catchUp(projection, awaited, timeoutMs),
    });

/**
 * `GET /order-status/:key` and `GET /order-status?customerId=…&limit=&cursor=` for a view with such a list. A query that
 * names further lists that narrow the first one gets pages of the first, which may be shorter than the limit.
 */
export const queryRoutes = (
  projection: Projection,
  reader: ProjectionQueries,
  delivery: Pick<Delivery, 'catchUp'>,
): Router => {
  const { name, collectionName: plural, toResponse: show = (document) => document, lists = [] } = projection;
  const schema = listQuery(lists);
  const router = Router();
  const wait = waitForWrites(projection, delivery);
  router.get('/', async (req, res) => {
    const { list, asked, filters, limit, after } = checkedQuery(schema, lists, req);
    if (asked === undefined) requireStaff(req);
    else if (list.by === 'customerId') requireOwner(req, asked, STAFF);
    await wait(req);
    const { documents, next } = await reader.list({
      by: list.by,
      value: asked === undefined ? list.valueOfAll! : (list.normalize?.(asked) ?? asked),
      limit,
      ...(after !== undefined && { after }),
    });
    for (const document of documents) requireMine(req, document);
    const shown = documents.filter((document) =>
      filters.every(([field, value]) => (document as Record<string, unknown>)[field] === value),
    );
    res.json({
      [plural]: shown.flatMap((document) => show(document) ?? []),
      ...(next !== undefined && { next: encodeCursor(next) }),
    });
  });
  router.get('/:key', async (req, res) => {
    await wait(req);
    const document = await reader.get(req.params.key);
    const answer = document && show(document);
    if (document === undefined || answer === undefined) throw notFound(`${name} ${req.params.key}`);
    requireMine(req, document);
    res.json(answer);
  });
  return router;
};
