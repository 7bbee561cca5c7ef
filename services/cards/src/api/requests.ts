import {
  amountCents,
  cardNumber,
  currency,
  customerId,
  id,
  issueCard,
  mobileNumber,
  orderId,
} from '@bankside/contracts';
import { z } from 'zod';

export const issuing = z.strictObject({ customerId, ...issueCard.shape });
/** With an `orderId` it belongs to a saga, which says what it believes of the card. */
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

/** Whose cards: by id, or by the mobile number in this service's copy. */
export const holderQuery = z.union([z.strictObject({ customerId }), z.strictObject({ mobileNumber })]);
