import {
  cancellationReasons,
  operationId,
  orderId,
  ordersEvents,
  placeOrderRequest,
  reason,
  returnRequest,
} from '@bankside/contracts';
import * as z from 'zod';

export const placing = z.strictObject({ orderId, ...placeOrderRequest.shape });
/** An order as another service knows it. */
export const verification = ordersEvents['orders.order-placed.v1'].omit({ orderId: true }).strict();
export const orderPath = z.object({ orderId });
export const rejection = z.strictObject({ reason });
export const cancellationRequest = z.strictObject({
  reason: z.enum(cancellationReasons),
  cancellationId: operationId,
});
export const cancellation = z.strictObject({
  reason: z.enum(cancellationReasons),
  cancellationId: operationId.optional(),
});
export const returning = z.strictObject({ returnId: operationId, ...returnRequest.shape });
export const returnPath = z.object({ orderId, returnId: operationId });
/** A return as another service knows it. */
export const returnVerification = ordersEvents['orders.return-accepted.v1']
  .omit({ orderId: true, returnId: true })
  .strict();
