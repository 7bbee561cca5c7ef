import type { LoanRepayment } from '@bankside/contracts/sagas';
import {
  fail,
  loseResponse,
  neverRespond,
  reject,
  sagaHarness,
  type SagaHarness,
} from '@bankside/saga/testing';
import { fixture } from '../testing';

let harness: SagaHarness<LoanRepayment>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('a repayment from an account', () => {
  it('withdraws the money and repays the loan once, and returns the result to the caller', async () => {
    const repayment = await harness.startAndWait();
    expect(await repayment.answer).toEqual({ status: 'confirmed' });
    expect(repayment.state()).toEqual({ withdrawal: 'made', loan: 'repaid' });
    const { loanNumber, fromAccount } = fixture.input(repayment.id);
    expect(repayment.requests()).toMatchObject([
      { step: 'withdraw', body: { withdrawalId: repayment.id, loanNumber, amountCents: 2933 } },
      { step: 'repay', body: { repaymentId: repayment.id, fromAccount, customerId: 'customer-1' } },
    ]);
    await harness.record('confirmed', repayment);
  });

  it('starts with the step that its contract names', async () => {
    const repayment = await harness.startAndWait();
    await repayment.answer;
    expect((await repayment.steps())[0]?.step).toBe(fixture.contract.firstStep(fixture.input(repayment.id)));
  });

  it.each(['insufficient-funds', 'account-not-found', 'currency-mismatch'])(
    'sends no request to loans when accounts rejects the withdrawal as %s',
    async (reason) => {
      harness.fakes.next('withdraw', reject(reason, 422));
      const repayment = await harness.startAndWait();
      expect(await repayment.answer).toEqual({ status: 'rejected', reason });
      expect(repayment.requestedSteps()).toEqual(['withdraw']);
    },
  );

  it.each(['repayment-exceeds-debt', 'loan-not-found', 'loan-closed', 'loan-not-paid-out'])(
    'returns the money when loans rejects the repayment as %s',
    async (reason) => {
      harness.fakes.next('repay', reject(reason, 422));
      const repayment = await harness.startAndWait();
      expect(await repayment.answer).toEqual({ status: 'rejected', reason });
      expect(repayment.state()).toEqual({ withdrawal: 'cancelled' });
      if (reason === 'repayment-exceeds-debt') await harness.record('rejected', repayment);
    },
  );

  it.each(['withdraw', 'repay'])('retries %s under the same key when the response is lost', async (step) => {
    harness.fakes.next(step, loseResponse, neverRespond, fail(503));
    const repayment = await harness.startAndWait();
    expect(await repayment.answer).toEqual({ status: 'confirmed' });
    expect(repayment.keys(step)).toEqual(Array(4).fill(`${repayment.id}/${step}`));
    await harness.record(`timed-out-at-${step}`, repayment);
  });
});
