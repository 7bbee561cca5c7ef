import type { CustomerReplica, ProductReplica } from '@bankside/replicas';
import type { CommandHandler } from '@bankside/kernel';
import { executor } from '@bankside/event-sourced';
import { notFound, parseBody, parseParams, rejection } from '@bankside/http';
import { requireOwner, staffOnly } from '@bankside/auth';
import { Router, type Request } from 'express';
import type { OrderTypes } from '../domain/order';
import { priced } from './pricing';
import * as requests from './requests';

export type OrderDeps = Readonly<{
  orders: CommandHandler<OrderTypes>;
  customers: CustomerReplica;
  products: ProductReplica;
  now: () => Date;
}>;

export const orderRoutes = ({ orders, customers, products, now }: OrderDeps): Router => {
  const router = Router();
  const execute = executor({ service: 'orders', handler: orders, now });
  const idOf = (req: Request): string => parseParams(requests.orderPath, req.params).orderId;

  router.post('/', async (req, res) => {
    const { orderId, customerId, lines, payWith } = parseBody(requests.placing, req.body);
    requireOwner(req, customerId);
    const customer = await customers.find(customerId);
    if (customer === undefined) throw rejection('customer-not-found');
    if (!customer.active) throw rejection('customer-not-active');
    const data = { orderId, customerId, payWith, ...(await priced(products, lines)) };
    const body = () => ({ orderId });
    await execute(req, res, { id: orderId, command: { type: 'PlaceOrder', data }, status: 202, body });
  });

  router.post('/:orderId/confirmation', staffOnly, (req, res) =>
    execute(req, res, { id: idOf(req), command: { type: 'ConfirmOrder', data: {} } }),
  );
  for (const [path, type] of [
    ['rejection', 'RejectOrder'],
    ['cancellation', 'CancelOrder'],
  ] as const)
    router.post(`/:orderId/${path}`, staffOnly, (req, res) => {
      const data = parseBody(requests.ending, req.body);
      return execute(req, res, { id: idOf(req), command: { type, data } });
    });

  router.get('/:orderId', async (req, res) => {
    const orderId = idOf(req);
    const { state, revision } = await orders.load(orderId);
    if (state.status === 'unplaced') throw notFound(`order ${orderId}`);
    requireOwner(req, state.customerId);
    res.set('ETag', `"${revision}"`).json(state);
  });
  return router;
};
