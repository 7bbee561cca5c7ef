import type { LoanRepayment } from '@bankside/contracts/sagas';
import { describeSaga, sagaHarness, type SagaHarness } from '@bankside/saga/testing';
import { fixture } from '../testing';

let harness: SagaHarness<LoanRepayment>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('a repayment from an account', () => {
  describeSaga(fixture, {
    harness: () => harness,
    requests: ({ loanNumber, fromAccount }, id) => [
      { step: 'withdraw', body: { withdrawalId: id, loanNumber, amountCents: 2933 } },
      { step: 'repay', body: { repaymentId: id, fromAccount, customerId: 'customer-1' } },
    ],
    rejections: [
      {
        step: 'withdraw',
        reasons: ['insufficient-funds', 'account-not-found', 'currency-mismatch'],
        requested: ['withdraw'],
        state: {},
      },
      {
        step: 'repay',
        reasons: ['repayment-exceeds-debt', 'loan-not-found', 'loan-closed', 'loan-not-paid-out'],
        requested: ['withdraw', 'repay', 'cancel-withdrawal'],
        state: { withdrawal: 'cancelled' },
      },
    ],
    retried: ['withdraw', 'repay'],
    pivot: 'repay',
    compensation: 'cancel-withdrawal',
  });
});
