import { join } from 'node:path';
import { payOutLoanSaga, type LoanPayout } from '@bankside/contracts/sagas';
import { rejectWith, type SagaFixture } from '@bankside/saga/testing';
import { payOutLoanActivities } from '../src/activities';

const LOANS = 'loans/loans/:loan';

export const fixture: SagaFixture<LoanPayout> = {
  contract: payOutLoanSaga,
  activities: payOutLoanActivities,
  histories: join(__dirname, '../histories'),
  routes: [
    {
      step: 'deposit',
      path: 'accounts/accounts/:account/deposits',
      idIn: 'depositId',
      entity: 'deposit',
      to: 'made',
    },
    { step: 'confirm-payout', path: `${LOANS}/payout/confirmation`, entity: 'loan', to: 'open' },
    { step: 'cancel-loan', path: `${LOANS}/cancellation`, entity: 'loan', to: 'cancelled' },
  ],
  input: (payoutId) => ({
    payoutId,
    loanNumber: '2000000019',
    customerId: 'customer-1',
    payOutTo: '1000000017',
    amountCents: 500_000,
    currency: 'EUR',
  }),
  crashes: {
    runs: [
      { outcome: 'confirmed', steps: ['deposit', 'confirm-payout'] },
      {
        outcome: 'rejected',
        steps: ['cancel-loan'],
        prepare: (fakes, id) => fakes.nextOf(id, 'deposit', rejectWith('account-not-open')),
      },
    ],
    states: { confirmed: { deposit: 'made', loan: 'open' }, rejected: { loan: 'cancelled' } },
  },
};
