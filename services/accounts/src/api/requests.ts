import {
  accountNumber,
  amountCents,
  cardNumber,
  cashDesk,
  currency,
  customerId,
  id,
  loanNumber,
  openAccountRequest,
  operationId,
  orderId,
  reason,
  transferId,
  transferMoneyRequest,
} from '@bankside/contracts';
import { MAX_PAGE } from '@bankside/contracts/http/paging';
import * as z from 'zod';

export const opening = z.strictObject({ customerId, ...openAccountRequest.shape });
/** A saga adds what it pays for or from, and its expectations of the account. */
const bySaga = {
  transferId: transferId.optional(),
  counterparty: accountNumber.optional(),
  loanNumber: loanNumber.optional(),
  customerId: customerId.optional(),
  currency: currency.optional(),
};
export const deposit = z.strictObject({
  amountCents,
  depositId: id.optional(),
  cashDesk: cashDesk.optional(),
  ...bySaga,
});
export const withdrawal = z.strictObject({
  amountCents,
  withdrawalId: id.optional(),
  cashDesk: cashDesk.optional(),
  orderId: orderId.optional(),
  cardNumber: cardNumber.optional(),
  ...bySaga,
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
/** `customerId`: who must hold the account that pays. */
export const transfer = z.strictObject({
  ...transferMoneyRequest.shape,
  customerId: customerId.optional(),
});
export const transferPath = z.object({ transferId });
export const transferRejection = z.strictObject({ reason });
export const transferIds = z.strictObject({
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(transferId).min(1).max(MAX_PAGE)),
});
