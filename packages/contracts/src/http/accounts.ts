import { z } from 'zod';
import { moveMoney, openAccount as opening } from '../accounts';
import { accountNumber, balanceCents, customerId, id } from '../fields';
import type { Operations } from './operation';

export const accountOperations = {
  openAccount: {
    method: 'post',
    path: '/api/customers/{customerId}/accounts',
    tag: 'accounts',
    summary: 'Open a savings account',
    params: z.strictObject({ customerId }),
    body: opening,
    success: { status: 201, description: 'Opened.', schema: z.object({ accountNumber }) },
    problems: { 404: ['customer-not-found'], 409: ['savings-account-exists'] },
    roles: ['teller'],
  },
  deposit: {
    method: 'post',
    path: '/api/accounts/{accountNumber}/deposits',
    tag: 'accounts',
    summary: 'Deposit money',
    params: z.strictObject({ accountNumber }),
    body: moveMoney,
    success: { status: 201, description: 'Deposited.', schema: z.object({ depositId: id, balanceCents }) },
    problems: { 404: ['account-not-found'], 409: ['account-not-open'] },
    roles: ['teller'],
  },
  withdraw: {
    method: 'post',
    path: '/api/accounts/{accountNumber}/withdrawals',
    tag: 'accounts',
    summary: 'Withdraw money',
    params: z.strictObject({ accountNumber }),
    body: moveMoney,
    success: { status: 201, description: 'Withdrawn.', schema: z.object({ withdrawalId: id, balanceCents }) },
    problems: {
      403: ['not-the-owner'],
      404: ['account-not-found'],
      409: ['account-not-open'],
      422: ['insufficient-funds'],
    },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
} satisfies Operations;
