import * as z from 'zod';
import { event, sample, type EventOf } from './contract';
import { customerId, email, forceReason, mobileNumber, name, operationId } from './fields';

/** How a change of the mobile number is coordinated: by a saga, or by a chain of events. */
export const style = z.enum(['orchestration', 'choreography']);

const { customerId: ada, operationId: change } = sample;
const numberChange = { customerId, mobileNumber, changeId: operationId };

export const customersEvents = {
  'customers.customer-registered.v1': event(
    'A customer was registered.',
    { customerId, name, email, mobileNumber },
    { customerId: ada, name: 'Ada Lovelace', email: 'ada@example.com', mobileNumber: '+40712345678' },
  ),
  'customers.customer-renamed.v1': event(
    'The customer’s name was changed.',
    { customerId, name },
    { customerId: ada, name: 'Augusta Ada King' },
  ),
  'customers.email-changed.v1': event(
    'The customer’s e-mail address was changed.',
    { customerId, email },
    { customerId: ada, email: 'ada.king@example.com' },
  ),
  'customers.mobile-number-changed.v1': event(
    'The customer’s mobile number was changed. A roll-back names the change by `changeId`. With the style `choreography`, accounts start a chain of events that settles the change or rolls it back.',
    { ...numberChange, style: z.literal('choreography').optional() },
    { customerId: ada, mobileNumber: '+40787654321', changeId: change, style: 'choreography' },
  ),
  'customers.mobile-number-rolled-back.v1': event(
    'The change with this `changeId` was rolled back; `mobileNumber` is the previous number.',
    numberChange,
    { customerId: ada, mobileNumber: '+40712345678', changeId: change },
  ),
  'customers.customer-deactivated.v1': event(
    'The customer was deactivated.',
    { customerId },
    { customerId: ada },
  ),
  'customers.customer-forgotten.v1': event(
    'The customer was forgotten: every replica must erase their personal data.',
    { customerId },
    { customerId: ada },
  ),
};
export type CustomersEvent = EventOf<typeof customersEvents>;

export const registerCustomerRequest = z.strictObject({ name, email, mobileNumber });
/** One field or both. */
export const changeCustomerRequest = z
  .strictObject({ name, email })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must change name or email')
  .meta({ minProperties: 1 });
/** How a customer leaves. Without `force`, holdings that are empty are closed and any other is a reason to refuse. */
export const closeCustomerRequest = z
  .strictObject({
    force: z.boolean().default(false).meta({
      description:
        'Tellers only: pay out money and block open cards. Debt and orders under way still refuse.',
    }),
    reason: forceReason.optional().meta({ description: 'Why the closure is forced; required with `force`' }),
  })
  .refine(
    ({ force, reason }) => force === (reason !== undefined),
    'must have `force: true` and `reason` together',
  )
  .meta({
    if: { properties: { force: { const: true } }, required: ['force'] },
    then: { required: ['reason'] },
    else: { properties: { reason: false } },
  });
export const changeMobileNumberRequest = z.strictObject({
  newMobileNumber: mobileNumber,
  style: style.default('orchestration'),
});
