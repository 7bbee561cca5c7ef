import {
  accountNumber,
  amountCents,
  cashDesk,
  currency,
  customerId,
  grantLoanRequest,
  id,
  loanNumber,
  reason,
} from '@bankside/contracts';
import * as z from 'zod';

export const granting = z.strictObject({ customerId, ...grantLoanRequest.shape });
/** A saga adds the account that it repays from, and its expectations of the loan. */
export const repayment = z.strictObject({
  amountCents,
  repaymentId: id.optional(),
  fromAccount: accountNumber.optional(),
  cashDesk: cashDesk.optional(),
  customerId: customerId.optional(),
  currency: currency.optional(),
});
export const cancellation = z.strictObject({ reason });
export const loanPath = z.object({ loanNumber });
