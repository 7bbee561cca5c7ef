import { changeCustomer, customerId, id, mobileNumber, registerCustomer } from '@bankside/contracts';
import { z } from 'zod';

export const registration = z.strictObject({ customerId, ...registerCustomer.shape });
export const change = changeCustomer;
export const numberRequest = z.strictObject({ changeId: id, mobileNumber });
/** Without a number, the one requested under this change id is used. */
export const numberChange = z.strictObject({
  changeId: id,
  mobileNumber: mobileNumber.optional(),
  style: z.literal('choreography').optional(),
});
export const customerPath = z.object({ customerId });
export const changePath = z.object({ customerId, changeId: id });
export const numberQuery = z.strictObject({ mobileNumber });
