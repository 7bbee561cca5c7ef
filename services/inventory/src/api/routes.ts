import type { CommandHandler } from '@bankside/kernel';
import { executor } from '@bankside/event-sourced';
import { idempotencyKey, notFound, parseBody, parseParams } from '@bankside/http';
import { customersReadOnly } from '@bankside/auth';
import { uuidFrom } from '@bankside/std/ids';
import { Router } from 'express';
import type { Known, ProductTypes, ProductEvent } from '../domain/product';
import type { ProductList } from '../messaging/product-list';
import * as requests from './requests';

export type ProductDeps = Readonly<{
  products: CommandHandler<ProductTypes>;
  list: ProductList;
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

/** The stock after a command; a repeat that had nothing to add tells none. */
const stockAfter = (events: readonly ProductEvent[]): object => {
  const data = events.at(-1)?.data;
  return data !== undefined && 'onHand' in data
    ? { onHand: data.onHand, reserved: data.reserved, free: data.free }
    : {};
};

export const productRoutes = ({ products, list, now }: ProductDeps): Router => {
  const router = Router();
  const execute = executor({ service: 'inventory', handler: products, now });

  router.use(customersReadOnly);

  router.post('/', (req, res) => {
    const data = parseBody(requests.product, req.body);
    const { sku } = data;
    return execute(req, res, {
      id: sku,
      command: { type: 'AddProduct', data },
      status: 201,
      body: () => ({ sku }),
    });
  });

  router.post('/:sku/stock', (req, res) => {
    const { sku: id } = parseParams(requests.productPath, req.params);
    const { quantity } = parseBody(requests.stock, req.body);
    const command = {
      type: 'AddStock',
      data: { restockId: uuidFrom(idempotencyKey(req)), quantity },
    } as const;
    return execute(req, res, { id, command, status: 201, body: stockAfter });
  });

  router.post('/:sku/reservations', (req, res) => {
    const { sku: id } = parseParams(requests.productPath, req.params);
    const data = parseBody(requests.reservation, req.body);
    return execute(req, res, { id, command: { type: 'ReserveStock', data }, status: 201, body: stockAfter });
  });

  for (const [path, type] of [
    ['release', 'ReleaseStock'],
    ['commitment', 'CommitStock'],
  ] as const)
    router.post(`/:sku/reservations/:orderId/${path}`, (req, res) => {
      const { sku: id, orderId } = parseParams(requests.reservationPath, req.params);
      return execute(req, res, { id, command: { type, data: { orderId } }, body: stockAfter });
    });

  router.get('/', async (_req, res) => void res.json({ products: await list.all() }));

  router.get('/:sku', async (req, res) => {
    const { sku } = parseParams(requests.productPath, req.params);
    const { state, revision } = await products.load(sku);
    if (state.status === 'unknown') throw notFound(`product ${sku}`);
    res.set('ETag', `"${revision}"`).json(toResponse(state));
  });
  return router;
};
