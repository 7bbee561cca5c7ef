import type { LoanPayout } from '@bankside/contracts/sagas';
import { describeSaga, rejectWith, sagaHarness, type SagaHarness } from '@bankside/saga/testing';
import { fixture } from '../testing';

let harness: SagaHarness<LoanPayout>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('the payout of a loan', () => {
  describeSaga(fixture, {
    harness: () => harness,
    requests: ({ loanNumber }, id) => [
      {
        step: 'deposit',
        body: { depositId: id, loanNumber, amountCents: 500_000, customerId: 'customer-1' },
      },
      { step: 'confirm-payout' },
    ],
    rejections: [
      {
        step: 'deposit',
        reasons: ['account-not-open', 'account-not-found', 'currency-mismatch'],
        requested: ['deposit', 'cancel-loan'],
        state: { loan: 'cancelled' },
      },
    ],
    retried: ['deposit'],
    pivot: 'deposit',
    waits: false,
  });

  it('cancels the loan for the reason of the account', async () => {
    harness.fakes.next('deposit', rejectWith('account-not-open'));
    const payout = await harness.start();
    await payout.result();
    expect(payout.requests('cancel-loan')).toMatchObject([{ body: { reason: 'account-not-open' } }]);
  });
});
