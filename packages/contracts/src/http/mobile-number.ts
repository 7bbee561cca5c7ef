import * as z from 'zod';
import { changeMobileNumberRequest } from '../customers';
import { customerId, id, reason } from '../fields';
import type { Operations } from './operation';
import { pending } from './pending';

export const mobileNumberOperations = {
  changeMobileNumber: {
    method: 'post',
    conditional: true,
    path: '/api/customers/{customerId}/mobile-number',
    summary: 'Change the mobile number of a customer',
    description:
      'Changes the number in every service or in none. It is rejected while a loan of the customer is under review. `orchestration` runs a saga that calls each service; `choreography` runs a chain of events between the services. The outcome is the same.',
    params: z.strictObject({ customerId }),
    body: changeMobileNumberRequest,
    success: { status: 200, description: 'Changed.', schema: z.object({}) },
    pending,
    problems: {
      404: ['customer-not-found'],
      409: [
        'mobile-number-taken',
        'mobile-number-change-open',
        'customer-not-active',
        'loan-locked',
        'undone',
      ],
    },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  getMobileNumberChange: {
    method: 'get',
    path: '/api/customers/{customerId}/mobile-number/{changeId}',
    summary: 'Read the progress of a mobile number change',
    description: '`changeId` is the `sagaId` of the 202 response.',
    params: z.strictObject({ customerId, changeId: id }),
    success: {
      status: 200,
      description:
        '`requested`: not yet made. `open`: made, but other services may still reject it. `settled`: final. `rolled-back`: undone.',
      schema: z.object({
        changeId: id,
        status: z.enum(['requested', 'open', 'settled', 'rolled-back']),
        reason: reason.optional(),
      }),
    },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
} satisfies Operations;
