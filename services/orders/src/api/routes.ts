import { requireOwner, tellerOnly } from '@bankside/auth';
import { commandEndpoint } from '@bankside/event-sourced';
import { notFound, parseBody, parseParams, rejection } from '@bankside/http';
import type { CommandHandler } from '@bankside/kernel';
import type { CustomerReplica, ProductReplica } from '@bankside/replicas';
import { Router, type Request } from 'express';
import type { OrderTypes } from '../domain/order';
import { orderUseCases, rejectionOfClaim } from '../use-cases';
import * as requests from './requests';

export type OrderDeps = Readonly<{
  orders: CommandHandler<OrderTypes>;
  customers: CustomerReplica;
  products: ProductReplica;
  now: () => Date;
}>;

const endings = { rejection: 'RejectOrder', cancellation: 'CancelOrder' } as const;

export const orderRoutes = ({ orders, customers, products, now }: OrderDeps): Router => {
  const router = Router();
  const { placeOrder } = orderUseCases({ orders, customers, products });
  const respond = commandEndpoint<OrderTypes>({ service: 'orders', now });
  const orderIdOf = (req: Request): string => parseParams(requests.orderPath, req.params).orderId;

  router.post('/', (req, res) => {
    const order = parseBody(requests.placing, req.body);
    requireOwner(req, order.customerId);
    return respond(req, res, (context) => placeOrder(order, context), {
      status: 202,
      body: () => ({ orderId: order.orderId }),
    });
  });

  /** Changes nothing, so it records nothing: a repeat is verified again. */
  router.post('/:orderId/verification', tellerOnly, async (req, res) => {
    const claimed = parseBody(requests.verification, req.body);
    const { state } = await orders.load(orderIdOf(req));
    const reason = rejectionOfClaim(claimed, state);
    if (reason !== undefined) throw rejection(reason);
    res.json({});
  });

  router.post('/:orderId/hold', tellerOnly, (req, res) =>
    respond(req, res, (context) => orders.handle(orderIdOf(req), { type: 'HoldOrder', data: {} }, context)),
  );
  router.post('/:orderId/confirmation', tellerOnly, (req, res) =>
    respond(req, res, (context) =>
      orders.handle(orderIdOf(req), { type: 'ConfirmOrder', data: {} }, context),
    ),
  );
  for (const [path, type] of Object.entries(endings))
    router.post(`/:orderId/${path}`, tellerOnly, (req, res) => {
      const data = parseBody(requests.ending, req.body);
      return respond(req, res, (context) => orders.handle(orderIdOf(req), { type, data }, context));
    });

  router.get('/:orderId', async (req, res) => {
    const orderId = orderIdOf(req);
    const { state, revision } = await orders.load(orderId);
    if (state.status === 'unplaced') throw notFound(`order ${orderId}`);
    requireOwner(req, state.customerId);
    res.set('ETag', `"${revision}"`).json(state);
  });
  return router;
};
