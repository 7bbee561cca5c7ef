import { z } from 'zod';
import { event, sample, type EventOf } from './contract';
import { customerId, email, mobileNumber, name, operationId } from './fields';

/** By which means a change of the mobile number goes through the services: one saga, or a chain of events. */
export const style = z.enum(['orchestration', 'choreography']);

const { customerId: ada, operationId: change } = sample;
const numberChange = { customerId, mobileNumber, changeId: operationId };

export const customersEvents = {
  'customers.customer-registered.v1': event(
    'Somebody became a customer.',
    { customerId, name, email, mobileNumber },
    { customerId: ada, name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: '0712345678' },
  ),
  'customers.customer-renamed.v1': event(
    'The customer has another name.',
    { customerId, name },
    { customerId: ada, name: 'Augusta Ada King' },
  ),
  'customers.email-changed.v1': event(
    'The customer has another e-mail address.',
    { customerId, email },
    { customerId: ada, email: 'ada.king@example.com' },
  ),
  'customers.mobile-number-changed.v1': event(
    'The customer has another mobile number. `changeId` names the change, so that it can be rolled back. With the style `choreography`, accounts begin a chain of events that settles it or rolls it back.',
    { ...numberChange, style: z.literal('choreography').optional() },
    { customerId: ada, mobileNumber: '0787654321', changeId: change, style: 'choreography' },
  ),
  'customers.mobile-number-rolled-back.v1': event(
    'The change of that `changeId` was undone: `mobileNumber` is the number from before it.',
    numberChange,
    { customerId: ada, mobileNumber: '0712345678', changeId: change },
  ),
  'customers.customer-deactivated.v1': event('The customer left.', { customerId }, { customerId: ada }),
  'customers.customer-forgotten.v1': event(
    'Everything that tells who the customer was must be gone from every copy.',
    { customerId },
    { customerId: ada },
  ),
};
export type CustomersEvent = EventOf<typeof customersEvents>;

export const registerCustomer = z.strictObject({ name, email, mobileNumber });
/** One field or both; an empty change is a mistake. */
export const changeCustomer = z
  .strictObject({ name, email })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must change name or email')
  .meta({ minProperties: 1 });
export const changeMobileNumber = z.strictObject({
  newMobileNumber: mobileNumber,
  style: style.default('orchestration'),
});
