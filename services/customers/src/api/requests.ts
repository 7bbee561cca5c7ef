import {
  changeCustomerRequest,
  customerId,
  forceReason,
  id,
  mobileNumber,
  registerCustomerRequest,
} from '@bankside/contracts';
import * as z from 'zod';

export const registration = z.strictObject({ customerId, ...registerCustomerRequest.shape });
export const change = changeCustomerRequest;
export const numberRequest = z.strictObject({ changeId: id, mobileNumber });
/** Without a number, the one requested under this change id is used. */
export const numberChange = z.strictObject({
  changeId: id,
  mobileNumber: mobileNumber.optional(),
  style: z.literal('choreography').optional(),
});
/** `reason`: why a teller forces the closure. */
export const closureRequest = z.strictObject({
  closureId: id,
  forget: z.boolean(),
  reason: forceReason.optional(),
});
export const closure = z.strictObject({ closureId: id });
export const customerPath = z.object({ customerId });
export const changePath = z.object({ customerId, changeId: id });
export const numberQuery = z.strictObject({ mobileNumber });
