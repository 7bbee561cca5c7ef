import * as z from 'zod';
import {
  changeCustomerRequest as change,
  closeCustomerRequest,
  registerCustomerRequest as registration,
} from '../customers';
import { customerId, mobileNumber } from '../fields';
import type { ApiSection, Operations } from './operation';
import { mobileNumberOperations } from './mobile-number';
import { statementOperations } from './statements';
import { person, summary, via } from './summary';

const done = z.object({}).meta({ examples: [{}] });
const leaving = {
  description:
    'The closure is still running. `Location` is the customer, whose status is `leaving` until it has ended.',
  schema: z.object({ sagaId: z.string() }),
} as const;
const summaryOf = {
  status: 200,
  description:
    'Each section has its own status: an owner that does not respond affects its own section only.',
  schema: summary,
} as const;

const customerOperations = {
  registerCustomer: {
    method: 'post',
    path: '/api/customers',
    summary: 'Register a customer',
    body: registration,
    creates: '/api/customers/{customerId}',
    success: { status: 201, description: 'Registered.', schema: z.object({ customerId }) },
    problems: { 409: ['mobile-number-taken'] },
    roles: ['teller'],
  },
  getCustomer: {
    method: 'get',
    audited: true,
    path: '/api/customers/{customerId}',
    summary: 'Read a customer',
    params: z.strictObject({ customerId }),
    success: { status: 200, description: 'The current state of the customer.', schema: person },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  changeCustomer: {
    method: 'patch',
    conditional: true,
    path: '/api/customers/{customerId}',
    summary: 'Change the name or the e-mail address of a customer',
    params: z.strictObject({ customerId }),
    body: change,
    success: { status: 200, description: 'Changed.', schema: done },
    problems: { 404: ['customer-not-found'], 409: ['customer-not-active', 'customer-leaving'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  deactivateCustomer: {
    method: 'delete',
    audited: true,
    conditional: true,
    path: '/api/customers/{customerId}',
    summary: 'Deactivate a customer',
    description:
      'Closes an empty account and repaid loans, and releases the mobile number. Refused with a list of `reasons` while there is money, debt, an open card or an order under way. Undone as a whole when a service refuses.',
    params: z.strictObject({ customerId }),
    body: closeCustomerRequest,
    bodyOptional: true,
    success: { status: 200, description: 'Deactivated.', schema: done },
    pending: leaving,
    problems: {
      404: ['customer-not-found'],
      409: ['customer-cannot-leave', 'undone'],
    },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  forgetCustomer: {
    method: 'post',
    audited: true,
    conditional: true,
    path: '/api/customers/{customerId}/forget',
    summary: 'Forget a customer: erase all personal data',
    description: 'Deactivates the customer first, with the same rules, unless that was done before.',
    params: z.strictObject({ customerId }),
    body: closeCustomerRequest,
    bodyOptional: true,
    success: { status: 200, description: 'The key of the personal data is deleted.', schema: done },
    pending: leaving,
    problems: {
      404: ['customer-not-found'],
      409: ['customer-cannot-leave', 'undone'],
    },
    roles: ['teller'],
  },
  getSummary: {
    method: 'get',
    audited: true,
    path: '/api/customers/{customerId}/summary',
    summary: 'Read the summary of a customer',
    params: z.strictObject({ customerId }),
    query: z.strictObject({ via: via.default('view') }),
    success: summaryOf,
    problems: { 404: ['not-found'], 503: ['view-behind'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  findSummary: {
    method: 'get',
    audited: true,
    path: '/api/summary',
    summary: 'Read the summary of the customer with a mobile number',
    query: z.strictObject({ mobileNumber, via: via.default('view') }),
    success: summaryOf,
    problems: { 404: ['not-found'], 503: ['view-behind'] },
    roles: ['teller'],
  },
} satisfies Operations;

export const customersApi = {
  tag: 'customers',
  description: 'Customers, with their summary and statement.',
  operations: { ...customerOperations, ...mobileNumberOperations, ...statementOperations },
} as const satisfies ApiSection;
