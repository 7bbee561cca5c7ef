import {
  amountCents,
  cardNumber,
  currency,
  customerId,
  id,
  issueCardRequest,
  mobileNumber,
  orderId,
} from '@bankside/contracts';
import { z } from 'zod';

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
export const cardPath = z.object({ cardNumber });
export const chargePath = z.object({ cardNumber, chargeId: id });

/** The customer, by id or by the mobile number in this service's replica. */
export const holderQuery = z.union([z.strictObject({ customerId }), z.strictObject({ mobileNumber })]);
