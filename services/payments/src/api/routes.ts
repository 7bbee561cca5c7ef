import { requireOwner, customersReadOnly } from '@bankside/auth';
import { commandEndpoint } from '@bankside/event-sourced';
import { notFound, parseBody, parseParams } from '@bankside/http';
import type { CommandHandler } from '@bankside/kernel';
import { Router, type Request, type Response } from 'express';
import type { PaymentCommand, PaymentTypes } from '../domain/payment';
import * as requests from './requests';

type PaymentDeps = Readonly<{
  payments: CommandHandler<PaymentTypes>;
  now: () => Date;
}>;

export const paymentRoutes = ({ payments, now }: PaymentDeps): Router => {
  const router = Router();
  const respond = commandEndpoint<PaymentTypes>({ service: 'payments', now });
  const orderIdOf = (req: Request): string => parseParams(requests.paymentPath, req.params).orderId;
  const execute = (req: Request, res: Response, command: PaymentCommand) =>
    respond(req, res, (context) => payments.handle(orderIdOf(req), command, context));

  router.use(customersReadOnly);

  router.post('/', (req, res) => {
    const data = parseBody(requests.payment, req.body);
    const { orderId } = data;
    return respond(
      req,
      res,
      (context) => payments.handle(orderId, { type: 'RequestPayment', data }, context),
      { status: 201, body: () => ({ orderId }) },
    );
  });
  router.post('/:orderId/capture', (req, res) => execute(req, res, { type: 'CapturePayment', data: {} }));
  router.post('/:orderId/void', (req, res) =>
    execute(req, res, { type: 'VoidPayment', data: { orderId: orderIdOf(req) } }),
  );
  router.post('/:orderId/refunds', (req, res) =>
    execute(req, res, { type: 'RefundPayment', data: parseBody(requests.refund, req.body) }),
  );
  const refundIdOf = (req: Request): string => parseParams(requests.refundPath, req.params).refundId;
  router.post('/:orderId/refunds/:refundId/hold', (req, res) =>
    execute(req, res, { type: 'HoldRefund', data: { refundId: refundIdOf(req) } }),
  );
  router.post('/:orderId/refunds/:refundId/payout', (req, res) => {
    const { cashDesk } = parseBody(requests.payout, req.body);
    return execute(req, res, { type: 'PayOutRefund', data: { refundId: refundIdOf(req), cashDesk } });
  });
  router.post('/:orderId/failure', (req, res) =>
    execute(req, res, { type: 'FailPayment', data: parseBody(requests.failure, req.body) }),
  );

  router.get('/:orderId', async (req, res) => {
    const orderId = orderIdOf(req);
    const { state, revision } = await payments.load(orderId);
    if (state.status === 'unrequested' || state.status === 'voided-in-advance')
      throw notFound(`payment of order ${orderId}`);
    requireOwner(req, state.customerId);
    res.set('ETag', `"${revision}"`).json(state);
  });
  return router;
};
