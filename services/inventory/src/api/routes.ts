import { customersReadOnly } from '@bankside/auth';
import { commandEndpoint, type ServiceDeps } from '@bankside/event-sourced';
import { idempotencyKey, notFound, parseBody, parseParams, parseQuery, readYourWrites } from '@bankside/http';
import type { CommandHandler } from '@bankside/kernel';
import { operationIdFrom } from '@bankside/std/ids';
import { Router } from 'express';
import type { Known, ProductEvent, ProductTypes } from '../domain/product';
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
    const { sku } = parseParams(requests.productPath, req.params);
    const { quantity } = parseBody(requests.stock, req.body);
    const data = { restockId: operationIdFrom('restock', idempotencyKey(req)), quantity };
    return respond(req, res, (context) => products.handle(sku, { type: 'AddStock', data }, context), {
      status: 201,
      body: stockAfter,
    });
  });

  router.post('/:sku/reservations', (req, res) => {
    const { sku } = parseParams(requests.productPath, req.params);
    const data = parseBody(requests.reservation, req.body);
    return respond(req, res, (context) => products.handle(sku, { type: 'ReserveStock', data }, context), {
      status: 201,
      body: stockAfter,
    });
  });

  for (const [path, type] of Object.entries(reservationEndings))
    router.post(`/:sku/reservations/:orderId/${path}`, (req, res) => {
      const { sku, orderId } = parseParams(requests.reservationPath, req.params);
      const command = { type, data: { orderId } } as const;
      return respond(req, res, (context) => products.handle(sku, command, context), { body: stockAfter });
    });

  for (const [path, type] of Object.entries(returns))
    router.post(`/:sku/${path}`, (req, res) => {
      const { sku } = parseParams(requests.productPath, req.params);
      const command = { type, data: parseBody(requests.returned, req.body) } as const;
      return respond(req, res, (context) => products.handle(sku, command, context), { body: stockAfter });
    });

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
    const { sku } = parseParams(requests.productPath, req.params);
    const { state, revision } = await products.load(sku);
    if (state.status === 'unknown') throw notFound(`product ${sku}`);
    res.set('ETag', `"${revision}"`).json(toResponse(state));
  });
  return router;
};
