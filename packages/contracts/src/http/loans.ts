import * as z from 'zod';
import { moveCashRequest } from '../accounts';
import { accountNumber, count, customerId, loanNumber, reason } from '../fields';
import type { ProblemName } from '../problems';
import { grantLoanRequest as grant, repayLoanRequest } from '../loans';
import type { ApiSection, Operation, Operations } from './operation';
import { next, pageBy } from './paging';
import { pending, sagaId } from './pending';
import { loanSummary } from './summary';

const params = z.strictObject({ loanNumber });
const loan = z.object({
  ...loanSummary.shape,
  customerId,
  payOutTo: accountNumber.optional(),
  reason: reason.optional().meta({ description: 'Why the loan is cancelled' }),
});

const statusChange = <const Path extends string>(
  path: Path,
  summary: string,
  reasons: readonly ProblemName[],
) =>
  ({
    method: 'post',
    conditional: true,
    path: `/api/loans/{loanNumber}/${path}`,
    summary,
    params,
    success: { status: 200, description: 'Done.', schema: z.object({}) },
    problems: { 404: ['loan-not-found'], 409: reasons },
    roles: ['teller'],
  }) as const satisfies Operation;

export const loanOperations = {
  grantLoan: {
    method: 'post',
    path: '/api/customers/{customerId}/loans',
    summary: 'Grant a loan',
    description:
      'Paid out to the account `payOutTo`: the loan is `granted` until the money is there, then `open`; if the account has been closed or frozen, the loan is `cancelled` and nothing is owed. Without an account, it is paid out in cash and open at once.',
    params: z.strictObject({ customerId }),
    body: grant,
    creates: '/api/loans/{loanNumber}',
    success: { status: 201, description: 'Granted.', schema: z.object({ loanNumber }) },
    problems: {
      404: ['customer-not-found', 'account-not-found'],
      409: ['customer-not-active'],
      422: ['currency-mismatch'],
    },
    roles: ['teller'],
  },
  listLoans: {
    method: 'get',
    path: '/api/customers/{customerId}/loans',
    summary: 'List the loans of a customer',
    params: z.strictObject({ customerId }),
    query: z.strictObject(pageBy(loanNumber)),
    success: {
      status: 200,
      description: 'A page of the loans of the customer, of any status, by number.',
      schema: z.object({ loans: z.array(loan), next }),
    },
    problems: { 503: ['view-behind'] },
    roles: ['customer', 'teller'],
    owner: 'params',
  },
  getLoan: {
    method: 'get',
    path: '/api/loans/{loanNumber}',
    summary: 'Read a loan',
    params,
    success: {
      status: 200,
      description: 'The current state of the loan: paid + outstanding = total.',
      schema: loan,
    },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  repayLoan: {
    method: 'post',
    conditional: true,
    path: '/api/loans/{loanNumber}/repayments',
    summary: 'Repay a loan in cash, in part or in full',
    params,
    body: moveCashRequest,
    success: {
      status: 201,
      description: 'Repaid.',
      schema: z.object({ repaymentId: z.string(), outstandingCents: count.optional() }),
    },
    problems: {
      404: ['loan-not-found'],
      409: ['loan-closed', 'loan-not-paid-out', 'loan-cancelled'],
      422: ['repayment-exceeds-debt'],
    },
    roles: ['teller'],
  },
  repayLoanFromAccount: {
    method: 'post',
    path: '/api/loan-repayments',
    summary: 'Repay a loan from a savings account, in part or in full',
    description:
      'A saga withdraws the money and repays the loan. If the loan rejects the repayment, the withdrawal is cancelled.',
    body: repayLoanRequest,
    creates: '/api/loan-repayments/{repaymentId}',
    success: { status: 200, description: 'Repaid.', schema: z.object({ repaymentId: sagaId }) },
    pending,
    problems: {
      409: [
        'insufficient-funds',
        'repayment-exceeds-debt',
        'account-not-found',
        'account-not-open',
        'loan-not-found',
        'loan-closed',
        'loan-not-paid-out',
        'loan-cancelled',
        'currency-mismatch',
        'undone',
      ],
      422: ['idempotency-key-reused'],
    },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  getLoanRepayment: {
    method: 'get',
    path: '/api/loan-repayments/{repaymentId}',
    summary: 'Read a repayment of a loan from an account',
    description:
      'As long as Temporal keeps the history of its saga. `repaymentId` is the `sagaId` of a 202 response.',
    params: z.strictObject({ repaymentId: sagaId }),
    success: {
      status: 200,
      description: '`rejected` and `failed`: no money has moved, or it is back on the account.',
      schema: z.object({
        repaymentId: sagaId,
        status: z.enum(['running', 'repaid', 'rejected', 'failed']),
        reason: reason.optional(),
      }),
    },
    problems: { 404: ['not-found'] },
    roles: ['customer', 'teller'],
    owner: 'service',
  },
  lockLoan: statusChange('lock', 'Put a loan under review: its holder cannot change the mobile number', [
    'loan-closed',
    'loan-not-paid-out',
    'loan-cancelled',
  ]),
  unlockLoan: statusChange('unlock', 'End the review of a loan', [
    'loan-closed',
    'loan-not-paid-out',
    'loan-cancelled',
  ]),
  closeLoan: statusChange('close', 'Close a fully repaid loan', [
    'loan-not-repaid',
    'loan-locked',
    'loan-not-paid-out',
    'loan-cancelled',
  ]),
} satisfies Operations;

export const loansApi = {
  tag: 'loans',
  description: 'Loans and their repayment.',
  operations: loanOperations,
} as const satisfies ApiSection;
