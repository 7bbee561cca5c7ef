import { join } from 'node:path';
import { repayLoanSaga, type LoanRepayment } from '@bankside/contracts/sagas';
import { rejectWith, withdrawalRoutes, type SagaFixture } from '@bankside/saga/testing';
import { repayLoanActivities } from '../src/activities';

export const fixture: SagaFixture<LoanRepayment> = {
  contract: repayLoanSaga,
  activities: repayLoanActivities,
  histories: join(__dirname, '../histories'),
  routes: [
    ...withdrawalRoutes,
    {
      step: 'repay',
      path: 'loans/loans/:loan/repayments',
      idIn: 'repaymentId',
      entity: 'loan',
      to: 'repaid',
    },
  ],
  input: (repaymentId) => ({
    repaymentId,
    fromAccount: '1000000017',
    loanNumber: '2000000019',
    amountCents: 2933,
    currency: 'EUR',
    customerId: 'customer-1',
  }),
  crashes: {
    runs: [
      { outcome: 'confirmed', steps: ['withdraw', 'repay'] },
      {
        outcome: 'rejected',
        steps: ['cancel-withdrawal'],
        prepare: (fakes, id) => fakes.nextOf(id, 'repay', rejectWith('repayment-exceeds-debt', 422)),
      },
      { outcome: 'cancelled', steps: ['withdraw'], cancelWhileDown: true },
    ],
    states: {
      confirmed: { withdrawal: 'made', loan: 'repaid' },
      rejected: { withdrawal: 'cancelled' },
      cancelled: { withdrawal: 'cancelled' },
    },
  },
};
