import type { CommandHandler } from '@bankside/kernel';
import { executor } from '@bankside/event-sourced';
import { notFound, parseBody, parseParams } from '@bankside/http';
import { requireOwner, customersReadOnly } from '@bankside/auth';
import { Router, type Request } from 'express';
import type { PaymentTypes } from '../domain/payment';
import * as requests from './requests';

export type PaymentDeps = Readonly<{
  payments: CommandHandler<PaymentTypes>;
  now: () => Date;
}>;

export const paymentRoutes = ({ payments, now }: PaymentDeps): Router => {
  const router = Router();
  const execute = executor({ service: 'payments', handler: payments, now });
  const idOf = (req: Request): string => parseParams(requests.paymentPath, req.params).orderId;

  router.use(customersReadOnly);

  router.post('/', (req, res) => {
    const data = parseBody(requests.payment, req.body);
    const { orderId } = data;
    const command = { type: 'RequestPayment', data } as const;
    return execute(req, res, { id: orderId, command, status: 201, body: () => ({ orderId }) });
  });
  router.post('/:orderId/capture', (req, res) =>
    execute(req, res, { id: idOf(req), command: { type: 'CapturePayment', data: {} } }),
  );
  router.post('/:orderId/void', (req, res) => {
    const orderId = idOf(req);
    return execute(req, res, { id: orderId, command: { type: 'VoidPayment', data: { orderId } } });
  });
  router.post('/:orderId/refund', (req, res) => {
    const data = parseBody(requests.refund, req.body ?? {});
    return execute(req, res, { id: idOf(req), command: { type: 'RefundPayment', data } });
  });
  router.post('/:orderId/failure', (req, res) => {
    const data = parseBody(requests.failure, req.body);
    return execute(req, res, { id: idOf(req), command: { type: 'FailPayment', data } });
  });

  router.get('/:orderId', async (req, res) => {
    const orderId = idOf(req);
    const { state, revision } = await payments.load(orderId);
    if (state.status === 'unrequested' || state.status === 'voided-in-advance')
      throw notFound(`payment of order ${orderId}`);
    requireOwner(req, state.customerId);
    res.set('ETag', `"${revision}"`).json(state);
  });
  return router;
};
