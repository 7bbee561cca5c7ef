import * as z from 'zod';
import { transferMoneyRequest } from '../accounts';
import { accountNumber, amountCents, currency, customerId, purpose, reason, transferId } from '../fields';
import type { Operations } from './operation';
import { next, viewPage } from './paging';
import { pending } from './pending';

const transfer = z.object({
  transferId,
  fromAccount: accountNumber,
  toAccount: accountNumber,
  amountCents,
  currency,
  purpose: purpose.optional(),
  status: z.enum(['requested', 'completed', 'rejected']).meta({
    description: '`rejected`: no money has moved, or it is back on the account of the sender',
  }),
  reason: reason.optional(),
});

export const transferOperations = {
  transferMoney: {
    method: 'post',
    path: '/api/transfers',
    summary: 'Transfer money to another account of the bank',
    description:
      'Own accounts and those of others are addressed by their number, which is all that sender and recipient learn of each other. A saga withdraws the money and deposits it; if the other account is closed or frozen meanwhile, the money returns.',
    body: transferMoneyRequest,
    creates: '/api/transfers/{transferId}',
    success: { status: 200, description: 'Transferred.', schema: z.object({ transferId }) },
    pending,
    problems: {
      404: ['account-not-found', 'counterparty-not-found'],
      409: [
        'account-not-open',
        'counterparty-not-open',
        'insufficient-funds',
        'transfer-limit-exceeded',
        'undone',
      ],
      422: [
        'same-account',
        'currency-mismatch',
        'insufficient-funds',
        'transfer-limit-exceeded',
        'idempotency-key-reused',
      ],
    },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  getTransfer: {
    method: 'get',
    audited: true,
    path: '/api/transfers/{transferId}',
    summary: 'Read a transfer',
    description:
      'Its recipient can read it once it is completed. `purpose` is erased when a party is forgotten.',
    params: z.strictObject({ transferId }),
    success: { status: 200, description: 'The current state of the transfer.', schema: transfer },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  listTransfers: {
    method: 'get',
    audited: true,
    path: '/api/customers/{customerId}/transfers',
    summary: 'List the transfers that a customer has sent',
    description:
      'Those that the customer has received are lines of the statement. While their owner does not respond, `purpose` is missing.',
    params: z.strictObject({ customerId }),
    query: z.strictObject(viewPage),
    success: {
      status: 200,
      description: 'A page of transfers, newest first.',
      schema: z.object({
        transfers: z.array(z.object({ ...transfer.shape, requestedAt: z.iso.datetime() })),
        next,
      }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
} satisfies Operations;
