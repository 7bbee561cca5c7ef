import { z } from 'zod';
import { payCard as payment } from '../cards';
import { changeMobileNumber } from '../customers';
import { customerId, id, reason } from '../fields';
import type { Operations } from './operation';

const sagaId = id.meta({ description: 'Id of the saga that does it, of either style' });

/** The answer of a call that waited some seconds for its saga. */
const pending = {
  description:
    'It takes longer. The same request with the same Idempotency-Key waits again, and tells the end.',
  schema: z.object({ sagaId }),
};

/** Calls that several services have a part in: a saga carries them out, or undoes what was done. */
export const sagaOperations = {
  payCard: {
    method: 'post',
    path: '/api/card-payments',
    tag: 'cards',
    summary: 'Pay a credit card from a savings account',
    description: 'All or nothing: when the card refuses, the money is back on the account.',
    body: payment,
    success: { status: 200, description: 'Paid.', schema: z.object({ paymentId: sagaId }) },
    pending,
    problems: {
      409: [
        'insufficient-funds',
        'payment-exceeds-debt',
        'account-not-found',
        'account-not-open',
        'card-not-found',
        'currency-mismatch',
        'not-the-owner',
        'undone',
      ],
      422: ['idempotency-key-reused'],
    },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  changeMobileNumber: {
    method: 'post',
    path: '/api/customers/{customerId}/mobile-number',
    tag: 'customers',
    summary: 'Change the mobile number of a customer',
    description:
      'In all services or in none: while a loan is under review, its holder keeps the number. By one saga that asks each service (`orchestration`), or by a chain of events without one (`choreography`): the outcome is the same.',
    params: z.strictObject({ customerId }),
    body: changeMobileNumber,
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
    tag: 'customers',
    summary: 'Read how far a change of the mobile number is',
    description:
      'What customers, the owner of the number, know of it. `changeId` is the `sagaId` of the answer 202.',
    params: z.strictObject({ customerId, changeId: id }),
    success: {
      status: 200,
      description: 'Asked for, made but not yet final, final, or undone.',
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
