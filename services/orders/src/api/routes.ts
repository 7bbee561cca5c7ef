import { customerScope, requireOwner, tellerOnly } from '@bankside/auth';
import { commandEndpoint } from '@bankside/event-sourced';
import { notFound, parseBody, parseParams, Problem, rejection } from '@bankside/http';
import type { CommandHandler } from '@bankside/kernel';
import type { CustomerReplica, ProductReplica } from '@bankside/replicas';
import { Router, type Request, type Response } from 'express';
import type { OrderCommand, OrderTypes } from '../domain/order';
import { orderUseCases, rejectionOfClaim, rejectionOfReturnClaim, type OrderTerms } from '../use-cases';
import * as requests from './requests';

type OrderDeps = Readonly<{
  orders: CommandHandler<OrderTypes>;
  customers: CustomerReplica;
  products: ProductReplica;
  terms: OrderTerms;
  now: () => Date;
}>;

/** No customer has this id. */
const NO_CUSTOMER = '-';

export const orderRoutes = ({ orders, customers, products, terms, now }: OrderDeps): Router => {
  const router = Router();
  const { placeOrder, confirmOrder, acceptReturn } = orderUseCases({ orders, customers, products, terms });
  const respond = commandEndpoint<OrderTypes>({ service: 'orders', now });
  const orderIdOf = (req: Request): string => parseParams(requests.orderPath, req.params).orderId;
  const returnIdOf = (req: Request): string => parseParams(requests.returnPath, req.params).returnId;
  const execute = (req: Request, res: Response, command: OrderCommand) =>
    respond(req, res, (context) => orders.handle(orderIdOf(req), command, context));

  /** To a customer, an unknown order looks like another customer's. Staff get the rejection. */
  const requireOwnOrder = async (req: Request): Promise<void> => {
    const { state } = await orders.load(orderIdOf(req));
    requireOwner(req, state.status === 'unplaced' ? NO_CUSTOMER : state.customerId);
  };

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

  router.post('/:orderId/hold', tellerOnly, (req, res) => execute(req, res, { type: 'HoldOrder', data: {} }));
  router.post('/:orderId/confirmation', tellerOnly, (req, res) =>
    respond(req, res, (context) => confirmOrder(orderIdOf(req), context)),
  );
  router.post('/:orderId/rejection', tellerOnly, (req, res) =>
    execute(req, res, { type: 'RejectOrder', data: parseBody(requests.rejection, req.body) }),
  );
  router.post('/:orderId/cancellation', tellerOnly, (req, res) =>
    execute(req, res, { type: 'CancelOrder', data: parseBody(requests.cancellation, req.body) }),
  );
  router.post('/:orderId/cancellation-requests', async (req, res) => {
    const data = parseBody(requests.cancellationRequest, req.body);
    await requireOwnOrder(req);
    return execute(req, res, { type: 'RequestCancellation', data });
  });

  router.post('/:orderId/returns', async (req, res) => {
    const asked = parseBody(requests.returning, req.body);
    await requireOwnOrder(req);
    if (customerScope(req) !== undefined && asked.lines.some(({ writeOff }) => writeOff))
      throw new Problem({ name: 'forbidden', detail: 'Only staff may write off returned pieces.' });
    return respond(req, res, (context) => acceptReturn(orderIdOf(req), asked, context), {
      status: 202,
      body: () => ({ orderId: orderIdOf(req), returnId: asked.returnId }),
    });
  });
  router.post('/:orderId/returns/:returnId/verification', tellerOnly, async (req, res) => {
    const claimed = parseBody(requests.returnVerification, req.body);
    const { state } = await orders.load(orderIdOf(req));
    const reason = rejectionOfReturnClaim(claimed, state, returnIdOf(req));
    if (reason !== undefined) throw rejection(reason);
    res.json({});
  });
  router.post('/:orderId/returns/:returnId/completion', tellerOnly, (req, res) =>
    execute(req, res, { type: 'CompleteReturn', data: { returnId: returnIdOf(req) } }),
  );
  router.post('/:orderId/returns/:returnId/rejection', tellerOnly, (req, res) => {
    const { reason } = parseBody(requests.rejection, req.body);
    return execute(req, res, { type: 'RejectReturn', data: { returnId: returnIdOf(req), reason } });
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
