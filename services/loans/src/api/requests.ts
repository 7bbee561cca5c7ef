import {
  amountCents,
  currency,
  customerId,
  grantLoanRequest,
  id,
  loanNumber,
  mobileNumber,
} from '@bankside/contracts';
import { z } from 'zod';

export const granting = z.strictObject({ customerId, ...grantLoanRequest.shape });
export const repayment = z.strictObject({
  amountCents,
  repaymentId: id.optional(),
  currency: currency.optional(),
});
export const loanPath = z.object({ loanNumber });

/** The customer, by id or by the mobile number in this service's replica. */
export const holderQuery = z.union([z.strictObject({ customerId }), z.strictObject({ mobileNumber })]);
