import { z } from 'zod';
import { registerCustomer as registration } from '../customers';
import { customerId, email, mobileNumber, name } from '../fields';
import type { Operations } from './operation';

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
    success: {
      status: 200,
      description: 'The customer as of now.',
      schema: z.looseObject({ customerId, name, email, mobileNumber }),
    },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
} satisfies Operations;
