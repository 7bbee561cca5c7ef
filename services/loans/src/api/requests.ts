import { amountCents, currency, customerId, grantLoanRequest, id, loanNumber } from '@bankside/contracts';
import { z } from 'zod';

export const granting = z.strictObject({ customerId, ...grantLoanRequest.shape });
export const repayment = z.strictObject({
  amountCents,
  repaymentId: id.optional(),
  currency: currency.optional(),
});
export const loanPath = z.object({ loanNumber });
