import {
  amountCents,
  cardNumber,
  currency,
  customerId,
  id,
  issueCardRequest,
  operationId,
  orderId,
} from '@bankside/contracts';
import * as z from 'zod';

export const issuing = z.strictObject({ customerId, ...issueCardRequest.shape });
/** A saga adds the `orderId` and its expectations of the card. */
export const charge = z.strictObject({
  amountCents,
  chargeId: id.optional(),
  orderId: orderId.optional(),
  customerId: customerId.optional(),
  currency: currency.optional(),
});
export const payment = z.strictObject({
  amountCents,
  paymentId: id.optional(),
  customerId: customerId.optional(),
  currency: currency.optional(),
});
export const refund = z.strictObject({ refundId: operationId, orderId, amountCents, customerId, currency });
export const cardPath = z.object({ cardNumber });
export const chargePath = z.object({ cardNumber, chargeId: id });
