import { customersReadOnly } from '@bankside/auth';
import { commandEndpoint, type ServiceDeps } from '@bankside/event-sourced';
import { idempotencyKey, notFound, parseBody, parseParams, parseQuery, readYourWrites } from '@bankside/http';
import type { CommandHandler } from '@bankside/kernel';
import { operationIdFrom } from '@bankside/std/ids';
import { Router, type Request, type Response } from 'express';
import type { Known, ProductCommand, ProductEvent, ProductTypes } from '../domain/product';
import type { ProductList } from '../messaging/product-list';
import * as requests from './requests';

type ProductDeps = Readonly<{
  products: CommandHandler<ProductTypes>;
  list: ProductList;
  catchUp: ServiceDeps['catchUp'];
  now: () => Date;
}>;

const toResponse = ({ sku, title, unitPriceCents, currency, onHand, reserved }: Known) => ({
  sku,
  title,
  unitPriceCents,
  currency,
  onHand,
  reserved,
  free: onHand - reserved,
});

/** The stock after a command, or nothing if the command changed nothing. */
const stockAfter = (events: readonly ProductEvent[]): object => {
  const data = events.at(-1)?.data;
  return data !== undefined && 'onHand' in data
    ? { onHand: data.onHand, reserved: data.reserved, free: data.free }
    : {};
};

const reservationEndings = { release: 'ReleaseStock', commitment: 'CommitStock' } as const;

const returns = { returns: 'ReturnStock', 'write-offs': 'WriteOffStock' } as const;

export const productRoutes = ({ products, list, catchUp, now }: ProductDeps): Router => {
  const router = Router();
  const respond = commandEndpoint<ProductTypes>({ service: 'inventory', now });
  const skuOf = (req: Request): string => parseParams(requests.productPath, req.params).sku;
  const execute = (req: Request, res: Response, command: ProductCommand, status: 200 | 201 = 200) =>
    respond(req, res, (context) => products.handle(skuOf(req), command, context), {
      status,
      body: stockAfter,
    });

  router.use(customersReadOnly);

  router.post('/', (req, res) => {
    const data = parseBody(requests.product, req.body);
    const { sku } = data;
    return respond(req, res, (context) => products.handle(sku, { type: 'AddProduct', data }, context), {
      status: 201,
      body: () => ({ sku }),
    });
  });

  router.post('/:sku/stock', (req, res) => {
    const { quantity } = parseBody(requests.stock, req.body);
    const data = { restockId: operationIdFrom('restock', idempotencyKey(req)), quantity };
    return execute(req, res, { type: 'AddStock', data }, 201);
  });

  router.post('/:sku/reservations', (req, res) =>
    execute(req, res, { type: 'ReserveStock', data: parseBody(requests.reservation, req.body) }, 201),
  );

  for (const [path, type] of Object.entries(reservationEndings))
    router.post(`/:sku/reservations/:orderId/${path}`, (req, res) => {
      const { orderId } = parseParams(requests.reservationPath, req.params);
      return execute(req, res, { type, data: { orderId } });
    });

  for (const [path, type] of Object.entries(returns))
    router.post(`/:sku/${path}`, (req, res) =>
      execute(req, res, { type, data: parseBody(requests.returned, req.body) }),
    );

  router.get('/', async (req, res) => {
    const { limit, cursor = '' } = parseQuery(requests.productsQuery, req.query);
    await readYourWrites(req, {
      name: 'products',
      sources: ['inventory'],
      catchUp: (sources) => Promise.all(sources.map(catchUp)),
    });
    const found = await list.page(cursor, limit + 1);
    const products = found.slice(0, limit);
    res.json({ products, ...(found.length > limit && { next: products.at(-1)!.sku }) });
  });

  router.get('/:sku', async (req, res) => {
    const sku = skuOf(req);
    const { state, revision } = await products.load(sku);
    if (state.status === 'unknown') throw notFound(`product ${sku}`);
    res.set('ETag', `"${revision}"`).json(toResponse(state));
  });
  return router;
};
