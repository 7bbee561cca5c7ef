import { z } from 'zod';
import type { EventOf } from './contract';
import { customerId, email, id, mobileNumber, name } from './fields';

export const customersEvents = {
  'customers.customer-registered.v1': z.object({ customerId, name, email, mobileNumber }),
  'customers.customer-renamed.v1': z.object({ customerId, name }),
  'customers.email-changed.v1': z.object({ customerId, email }),
  /** `changeId` names the request; a roll-back carries the id of the change that it undoes. */
  'customers.mobile-number-changed.v1': z.object({ customerId, mobileNumber, changeId: id }),
  'customers.mobile-number-rolled-back.v1': z.object({ customerId, mobileNumber, changeId: id }),
  'customers.customer-deactivated.v1': z.object({ customerId }),
  'customers.customer-forgotten.v1': z.object({ customerId }),
};
export type CustomersEvent = EventOf<typeof customersEvents>;

export const registerCustomer = z.strictObject({ name, email, mobileNumber });
