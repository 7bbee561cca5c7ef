import {
  accountNumber,
  amountCents,
  cardNumber,
  currency,
  customerId,
  id,
  openAccountRequest,
  operationId,
  orderId,
} from '@bankside/contracts';
import { z } from 'zod';

export const opening = z.strictObject({ customerId, ...openAccountRequest.shape });
export const deposit = z.strictObject({ amountCents });
/** A saga adds the `orderId` or `cardNumber` that it pays for, and its expectations of the account. */
export const withdrawal = z.strictObject({
  amountCents,
  withdrawalId: id.optional(),
  orderId: orderId.optional(),
  cardNumber: cardNumber.optional(),
  customerId: customerId.optional(),
  currency: currency.optional(),
});
/** `account` is the one that paid, if an account did. */
export const refund = z.strictObject({
  refundId: operationId,
  orderId,
  amountCents,
  customerId,
  currency,
  account: accountNumber.optional(),
});
export const accountPath = z.object({ accountNumber });
export const withdrawalPath = z.object({ accountNumber, withdrawalId: id });
