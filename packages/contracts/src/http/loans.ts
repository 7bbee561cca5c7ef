import { z } from 'zod';
import { moveMoneyRequest } from '../accounts';
import { count, customerId, loanNumber } from '../fields';
import type { ProblemName } from '../problems';
import { grantLoanRequest as grant } from '../loans';
import type { ApiSection, Operation, Operations } from './operation';
import { next, pageBy } from './paging';
import { loanSummary } from './summary';

const params = z.strictObject({ loanNumber });
const loan = z.object({ ...loanSummary.shape, customerId });

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
    params: z.strictObject({ customerId }),
    body: grant,
    creates: '/api/loans/{loanNumber}',
    success: { status: 201, description: 'Granted.', schema: z.object({ loanNumber }) },
    problems: { 404: ['customer-not-found'], 409: ['customer-not-active'] },
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
    summary: 'Repay a loan, in part or in full',
    params,
    body: moveMoneyRequest,
    success: {
      status: 201,
      description: 'Repaid.',
      schema: z.object({ repaymentId: z.string(), outstandingCents: count.optional() }),
    },
    problems: { 404: ['loan-not-found'], 409: ['loan-closed'], 422: ['repayment-exceeds-debt'] },
    roles: ['teller'],
  },
  lockLoan: statusChange('lock', 'Put a loan under review: its holder cannot change the mobile number', [
    'loan-closed',
  ]),
  unlockLoan: statusChange('unlock', 'End the review of a loan', ['loan-closed']),
  closeLoan: statusChange('close', 'Close a fully repaid loan', ['loan-not-repaid', 'loan-locked']),
} satisfies Operations;

export const loansApi = {
  tag: 'loans',
  description: 'Loans and their repayment.',
  operations: loanOperations,
} as const satisfies ApiSection;
