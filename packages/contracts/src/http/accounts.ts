import * as z from 'zod';
import { moveCashRequest, openAccountRequest as opening } from '../accounts';
import { accountNumber, balanceCents, count, customerId, id } from '../fields';
import type { ProblemName } from '../problems';
import type { ApiSection, Operation, Operations } from './operation';
import { next, pageBy } from './paging';
import { accountSummary } from './summary';
import { transferOperations } from './transfers';

const params = z.strictObject({ accountNumber });
const account = z.object({
  ...accountSummary.shape,
  customerId,
  transferableTodayCents: count.meta({
    description: 'What is left of the limit of transfers from this account for today (UTC)',
  }),
});

const statusChange = <const Path extends string>(
  path: Path,
  summary: string,
  reasons: readonly ProblemName[] = [],
) =>
  ({
    method: 'post',
    conditional: true,
    path: `/api/accounts/{accountNumber}/${path}`,
    summary,
    params,
    success: { status: 200, description: 'Done.', schema: z.object({}) },
    problems: { 404: ['account-not-found'], 409: ['account-not-open', ...reasons] },
    roles: ['teller'],
  }) as const satisfies Operation;

export const accountOperations = {
  openAccount: {
    method: 'post',
    path: '/api/customers/{customerId}/accounts',
    summary: 'Open a savings account',
    params: z.strictObject({ customerId }),
    body: opening,
    creates: '/api/accounts/{accountNumber}',
    success: { status: 201, description: 'Opened.', schema: z.object({ accountNumber }) },
    problems: { 404: ['customer-not-found'], 409: ['savings-account-exists', 'customer-not-active'] },
    roles: ['teller'],
  },
  listAccounts: {
    method: 'get',
    path: '/api/customers/{customerId}/accounts',
    summary: 'List the accounts of a customer',
    params: z.strictObject({ customerId }),
    query: z.strictObject(pageBy(accountNumber)),
    success: {
      status: 200,
      description: 'A page of the accounts of the customer, of any status, by number.',
      schema: z.object({ accounts: z.array(account), next }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  getAccount: {
    method: 'get',
    path: '/api/accounts/{accountNumber}',
    summary: 'Read an account',
    params,
    success: { status: 200, description: 'The current state of the account.', schema: account },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  deposit: {
    method: 'post',
    conditional: true,
    path: '/api/accounts/{accountNumber}/deposits',
    summary: 'Deposit money in cash',
    params,
    body: moveCashRequest,
    success: {
      status: 201,
      description: 'Deposited.',
      schema: z.object({ depositId: id, balanceCents: balanceCents.optional() }),
    },
    problems: { 404: ['account-not-found'], 409: ['account-not-open'] },
    roles: ['teller'],
  },
  withdraw: {
    method: 'post',
    conditional: true,
    path: '/api/accounts/{accountNumber}/withdrawals',
    summary: 'Withdraw money in cash',
    params,
    body: moveCashRequest,
    success: {
      status: 201,
      description: 'Withdrawn.',
      schema: z.object({ withdrawalId: id, balanceCents: balanceCents.optional() }),
    },
    problems: {
      404: ['account-not-found'],
      409: ['account-not-open'],
      422: ['insufficient-funds'],
    },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  freezeAccount: statusChange('freeze', 'Freeze an account: no money goes in or out'),
  unfreezeAccount: statusChange('unfreeze', 'Unfreeze an account'),
  closeAccount: statusChange('close', 'Close an empty account', ['balance-not-zero']),
} satisfies Operations;

export const accountsApi = {
  tag: 'accounts',
  description: 'Savings accounts, with their deposits, withdrawals and transfers.',
  operations: { ...accountOperations, ...transferOperations },
} as const satisfies ApiSection;
