import type { LoanPayout } from '@bankside/contracts/sagas';
import { fail, loseResponse, reject, sagaHarness, type SagaHarness } from '@bankside/saga/testing';
import { fixture } from '../testing';

let harness: SagaHarness<LoanPayout>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('the payout of a loan', () => {
  it('deposits the money once and opens the loan', async () => {
    const payout = await harness.start();
    expect(await payout.result()).toEqual({ status: 'confirmed' });
    expect(payout.requests()).toMatchObject([
      {
        step: 'deposit',
        body: {
          depositId: payout.id,
          loanNumber: '2000000019',
          amountCents: 500_000,
          customerId: 'customer-1',
        },
      },
      { step: 'confirm-payout' },
    ]);
    expect(payout.state()).toEqual({ deposit: 'made', loan: 'open' });
    await harness.record('confirmed', payout);
  });

  it('starts with the step that its contract names', async () => {
    const payout = await harness.start();
    await payout.result();
    expect((await payout.steps())[0]?.step).toBe(fixture.contract.firstStep(fixture.input(payout.id)));
  });

  it.each(['account-not-open', 'account-not-found', 'currency-mismatch'])(
    'cancels the loan when the account rejects the deposit as %s',
    async (reason) => {
      harness.fakes.next('deposit', reject(reason));
      const payout = await harness.start();
      expect(await payout.result()).toEqual({ status: 'rejected', reason });
      expect(payout.requests('cancel-loan')).toMatchObject([{ body: { reason } }]);
      expect(payout.state()).toEqual({ loan: 'cancelled' });
      if (reason === 'account-not-open') await harness.record('rejected', payout);
    },
  );

  it('retries the deposit under the same key when the response is lost', async () => {
    harness.fakes.next('deposit', loseResponse, fail(503));
    const payout = await harness.start();
    expect(await payout.result()).toEqual({ status: 'confirmed' });
    expect(payout.keys('deposit')).toEqual(Array(3).fill(`${payout.id}/deposit`));
    await harness.record('timed-out-at-deposit', payout);
  });
});
