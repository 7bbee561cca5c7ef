import { randomUUID } from 'node:crypto';
import {
  always,
  fail,
  hold,
  loseResponse,
  neverRespond,
  reject,
  sagaHarness,
  type SagaHarness,
} from '@bankside/saga/testing';
import type { Transfer } from '@bankside/contracts/sagas';
import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { fixture } from '../testing';

const transferred = { withdrawal: 'made', deposit: 'made', transfer: 'completed' };
const returned = { withdrawal: 'cancelled', transfer: 'rejected' };

let harness: SagaHarness<Transfer>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('a transfer', () => {
  it('withdraws and deposits the money once, and completes', async () => {
    const transfer = await harness.startAndWait();
    expect(await transfer.answer).toEqual({ status: 'confirmed' });
    expect(transfer.state()).toEqual(transferred);
    const { fromAccount, toAccount } = fixture.input(transfer.id);
    const money = { transferId: transfer.id, amountCents: 2933, currency: 'EUR' };
    expect(transfer.requests()).toMatchObject([
      {
        step: 'withdraw',
        body: { ...money, withdrawalId: transfer.id, counterparty: toAccount, customerId: 'customer-1' },
      },
      { step: 'deposit', body: { ...money, depositId: transfer.id, counterparty: fromAccount } },
      { step: 'complete-transfer' },
    ]);
    expect(await transfer.searchAttributes()).toMatchObject({
      saga: ['transfer-money'],
      sagaState: ['confirmed'],
      customerId: ['customer-1'],
    });
    await harness.record('confirmed', transfer);
  });

  it('starts with the step that its contract names', async () => {
    const transfer = await harness.startAndWait();
    await transfer.answer;
    expect((await transfer.steps())[0]?.step).toBe(fixture.contract.firstStep(fixture.input(transfer.id)));
  });

  it('runs once when its event and its caller start it', async () => {
    const transferId = randomUUID();
    const deposit = hold();
    harness.fakes.next('deposit', deposit.behaviour);
    const first = await harness.start({ transferId });
    await deposit.reached;
    const second = await harness.startAndWait({ transferId });
    await second.accepted;
    deposit.release();
    expect(await second.answer).toEqual({ status: 'confirmed' });
    expect(first.requestedSteps()).toEqual(['withdraw', 'deposit', 'complete-transfer']);
  });

  it.each(['insufficient-funds', 'account-not-open', 'transfer-limit-exceeded', 'currency-mismatch'])(
    'is rejected without a deposit when the sender’s account rejects the withdrawal as %s',
    async (reason) => {
      harness.fakes.next('withdraw', reject(reason, 422));
      const transfer = await harness.startAndWait();
      expect(await transfer.answer).toEqual({ status: 'rejected', reason });
      expect(transfer.requestedSteps()).toEqual(['withdraw', 'reject-transfer']);
      expect(transfer.requests('reject-transfer')).toMatchObject([{ body: { reason } }]);
      if (reason === 'insufficient-funds') await harness.record('rejected-at-withdraw', transfer);
    },
  );

  it.each(['counterparty-not-open', 'counterparty-not-found', 'currency-mismatch'])(
    'returns the money when the recipient’s account rejects the deposit as %s',
    async (reason) => {
      harness.fakes.next('deposit', reject(reason));
      const transfer = await harness.startAndWait();
      expect(await transfer.answer).toEqual({ status: 'rejected', reason });
      expect(transfer.state()).toEqual(returned);
      expect(transfer.requestedSteps()).toEqual([
        'withdraw',
        'deposit',
        'cancel-withdrawal',
        'reject-transfer',
      ]);
      if (reason === 'counterparty-not-open') await harness.record('rejected-at-deposit', transfer);
    },
  );

  it.each(['withdraw', 'deposit'])(
    'retries %s under the same key when the response is lost',
    async (step) => {
      harness.fakes.next(step, loseResponse, neverRespond, fail(503));
      const transfer = await harness.startAndWait();
      expect(await transfer.answer).toEqual({ status: 'confirmed' });
      expect(transfer.keys(step)).toEqual(Array(4).fill(`${transfer.id}/${step}`));
      await harness.record(`timed-out-at-${step}`, transfer);
    },
  );

  it('cancelled before the deposit returns the money, and accounts rejects the late withdrawal', async () => {
    const withdrawal = hold();
    harness.fakes.next('withdraw', ...always(withdrawal.behaviour));
    const transfer = await harness.startAndWait();
    await withdrawal.reached;
    await transfer.handle.cancel();
    await expect(transfer.answer).rejects.toThrow(WorkflowUpdateFailedError);
    await expect(transfer.result()).rejects.toThrow(WorkflowFailedError);
    withdrawal.release();
    expect(await withdrawal.status).toBe(409);
    expect(transfer.state()).toEqual(returned);
    await harness.record('cancelled', transfer);
  });
});
