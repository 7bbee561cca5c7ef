import { randomUUID } from 'node:crypto';
import {
  always,
  describeSaga,
  hold,
  rejectWith,
  sagaHarness,
  type SagaHarness,
} from '@bankside/saga/testing';
import type { Transfer } from '@bankside/contracts/sagas';
import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { fixture } from '../testing';

const returned = { withdrawal: 'cancelled', transfer: 'rejected' };

let harness: SagaHarness<Transfer>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('a transfer', () => {
  describeSaga(fixture, {
    harness: () => harness,
    requests: ({ fromAccount, toAccount }, id) => {
      const money = { transferId: id, amountCents: 2933, currency: 'EUR' };
      return [
        {
          step: 'withdraw',
          body: { ...money, withdrawalId: id, counterparty: toAccount, customerId: 'customer-1' },
        },
        { step: 'deposit', body: { ...money, depositId: id, counterparty: fromAccount } },
        { step: 'complete-transfer' },
      ];
    },
    searchAttributes: { customerId: ['customer-1'] },
    rejections: [
      {
        step: 'withdraw',
        reasons: ['insufficient-funds', 'account-not-open', 'transfer-limit-exceeded', 'currency-mismatch'],
        requested: ['withdraw', 'reject-transfer'],
        state: { transfer: 'rejected' },
      },
      {
        step: 'deposit',
        reasons: ['counterparty-not-open', 'counterparty-not-found', 'currency-mismatch'],
        requested: ['withdraw', 'deposit', 'cancel-withdrawal', 'reject-transfer'],
        state: returned,
      },
    ],
    retried: ['withdraw', 'deposit'],
    pivot: 'deposit',
    compensation: 'cancel-withdrawal',
  });

  it('is rejected for the reason of the account', async () => {
    harness.fakes.next('withdraw', rejectWith('insufficient-funds', 422));
    const transfer = await harness.startAndWait();
    await transfer.callerResult;
    expect(transfer.requests('reject-transfer')).toMatchObject([{ body: { reason: 'insufficient-funds' } }]);
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
    expect(await second.callerResult).toEqual({ status: 'confirmed' });
    expect(first.requestedSteps()).toEqual(['withdraw', 'deposit', 'complete-transfer']);
  });

  it('cancelled before the deposit returns the money, and accounts rejects the late withdrawal', async () => {
    const withdrawal = hold();
    harness.fakes.next('withdraw', ...always(withdrawal.behaviour));
    const transfer = await harness.startAndWait();
    await withdrawal.reached;
    await transfer.handle.cancel();
    await expect(transfer.callerResult).rejects.toThrow(WorkflowUpdateFailedError);
    await expect(transfer.result()).rejects.toThrow(WorkflowFailedError);
    withdrawal.release();
    expect(await withdrawal.status).toBe(409);
    expect(transfer.state()).toEqual(returned);
    await harness.record('cancelled', transfer);
  });
});
