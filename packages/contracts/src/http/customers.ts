import { z } from 'zod';
import { changeCustomer as change, registerCustomer as registration } from '../customers';
import { customerId, mobileNumber } from '../fields';
import type { Operations } from './operation';
import { person, summary, via } from './summary';

const done = z.object({}).meta({ examples: [{}] });
const summaryOf = {
  status: 200,
  description: 'Each section with its own status: one that does not answer never hides the others.',
  schema: summary,
} as const;

export const customerOperations = {
  registerCustomer: {
    method: 'post',
    path: '/api/customers',
    tag: 'customers',
    summary: 'Register a customer',
    body: registration,
    success: { status: 201, description: 'Registered.', schema: z.object({ customerId }) },
    problems: { 409: ['mobile-number-taken'] },
    roles: ['teller'],
  },
  getCustomer: {
    method: 'get',
    path: '/api/customers/{customerId}',
    tag: 'customers',
    summary: 'Read a customer',
    params: z.strictObject({ customerId }),
    success: { status: 200, description: 'The customer as of now.', schema: person },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  changeCustomer: {
    method: 'patch',
    path: '/api/customers/{customerId}',
    tag: 'customers',
    summary: 'Change the name or the e-mail address of a customer',
    params: z.strictObject({ customerId }),
    body: change,
    success: { status: 200, description: 'Changed.', schema: done },
    problems: { 404: ['customer-not-found'], 409: ['customer-not-active'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  deactivateCustomer: {
    method: 'delete',
    path: '/api/customers/{customerId}',
    tag: 'customers',
    summary: 'Deactivate a customer',
    description: 'The mobile number is free again.',
    params: z.strictObject({ customerId }),
    success: { status: 200, description: 'Deactivated.', schema: done },
    problems: { 404: ['customer-not-found'] },
    roles: ['teller'],
  },
  forgetCustomer: {
    method: 'post',
    path: '/api/customers/{customerId}/forget',
    tag: 'customers',
    summary: 'Forget who a customer was',
    params: z.strictObject({ customerId }),
    success: { status: 200, description: 'Nothing tells any more who it was.', schema: done },
    problems: { 404: ['customer-not-found'] },
    roles: ['teller'],
  },
  getSummary: {
    method: 'get',
    path: '/api/customers/{customerId}/summary',
    tag: 'customers',
    summary: 'Read all that there is of a customer',
    params: z.strictObject({ customerId }),
    query: z.strictObject({ via: via.default('view') }),
    success: summaryOf,
    problems: { 404: ['not-found'], 503: ['view-behind'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  findSummary: {
    method: 'get',
    path: '/api/summary',
    tag: 'customers',
    summary: 'Read all that there is of the customer with a mobile number',
    query: z.strictObject({ mobileNumber, via: via.default('view') }),
    success: summaryOf,
    problems: { 404: ['not-found'] },
    roles: ['teller'],
  },
} satisfies Operations;
