import { randomUUID } from 'node:crypto';
import {
  always,
  describeSaga,
  fail,
  hold,
  loseResponse,
  neverRespond,
  rejectWith,
  sagaHarness,
  type SagaHarness,
} from '@bankside/saga/testing';
import type { CardPayment } from '@bankside/contracts/sagas';
import { until } from '@bankside/tools';
import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { fixture } from '../testing';

const outage = always(fail(503));
const paid = { withdrawal: 'made', card: 'paid' };
const returned = { withdrawal: 'cancelled' };

let harness: SagaHarness<CardPayment>;
type Payment = Awaited<ReturnType<typeof harness.startAndWait>>;
/** A payment whose card is unavailable. The other tests run during the 17 seconds until `NeedsAttention` is set. */
let stuck: Payment;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
  const paymentId = randomUUID();
  harness.fakes.nextOf(paymentId, 'credit', ...outage);
  stuck = await harness.startAndWait({ paymentId });
  await stuck.untilRequested('credit');
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('a card payment', () => {
  describeSaga(fixture, {
    harness: () => harness,
    requests: ({ cardNumber }, id) => {
      const money = { amountCents: 2933, currency: 'EUR', customerId: 'customer-1' };
      return [
        { step: 'withdraw', body: { withdrawalId: id, cardNumber, ...money } },
        { step: 'credit', body: { paymentId: id, ...money } },
      ];
    },
    searchAttributes: { step: ['credit'], customerId: ['customer-1'] },
    rejections: [
      {
        step: 'withdraw',
        reasons: ['insufficient-funds', 'account-not-found', 'currency-mismatch'],
        requested: ['withdraw'],
        state: {},
      },
      {
        step: 'credit',
        reasons: ['payment-exceeds-debt', 'card-not-found', 'currency-mismatch'],
        requested: ['withdraw', 'credit', 'cancel-withdrawal'],
        state: returned,
      },
    ],
    retried: ['withdraw', 'credit'],
    pivot: 'credit',
    compensation: 'cancel-withdrawal',
  });

  it('runs once for two callers with the same request, and returns the same result to both', async () => {
    const paymentId = randomUUID();
    const credit = hold();
    harness.fakes.next('credit', credit.behaviour);
    const first = await harness.startAndWait({ paymentId });
    await credit.reached;
    const second = await harness.startAndWait({ paymentId });
    await second.accepted;
    credit.release();
    expect({ first: await first.callerResult, second: await second.callerResult }).toEqual({
      first: { status: 'confirmed' },
      second: { status: 'confirmed' },
    });
    expect(first.state()).toEqual(paid);
    expect(first.requests('withdraw')).toHaveLength(1);
    await harness.record('two-callers', first);
  });

  it('fails the update of a caller with another request for the same id', async () => {
    const paymentId = randomUUID();
    const credit = hold();
    harness.fakes.next('credit', credit.behaviour);
    const first = await harness.startAndWait({ paymentId });
    await credit.reached;
    const other = await harness.startAndWait({ paymentId, amountCents: 1 });
    await expect(other.callerResult).rejects.toMatchObject({ cause: { type: 'IdReused' } });
    credit.release();
    expect(await first.callerResult).toEqual({ status: 'confirmed' });
  });

  it('retries the return of the money until accounts accepts it', async () => {
    harness.fakes.next('credit', rejectWith('payment-exceeds-debt', 422));
    harness.fakes.next('cancel-withdrawal', fail(500), loseResponse, fail(503));
    const payment = await harness.startAndWait();
    expect(await payment.callerResult).toEqual({ status: 'rejected', reason: 'payment-exceeds-debt' });
    expect(payment.state()).toEqual(returned);
    await harness.record('compensation-retried', payment);
  });

  it('cancelled before the credit returns the money, and accounts rejects the late withdrawal', async () => {
    const withdrawal = hold();
    harness.fakes.next('withdraw', ...always(withdrawal.behaviour));
    const payment = await harness.startAndWait();
    await withdrawal.reached;
    await payment.handle.cancel();
    await expect(payment.callerResult).rejects.toThrow(WorkflowUpdateFailedError);
    await expect(payment.result()).rejects.toThrow(WorkflowFailedError);
    withdrawal.release();
    expect(await withdrawal.status).toBe(409);
    expect(payment.state()).toEqual(returned);
    await harness.record('cancelled', payment);
  });

  it('returns the money and fails with NeedsAttention after a response that only a defect can cause', async () => {
    harness.fakes.next('withdraw', neverRespond, fail(400, 'invalid-request'));
    const payment = await harness.startAndWait();
    await expect(payment.callerResult).rejects.toThrow(WorkflowUpdateFailedError);
    await expect(payment.result()).rejects.toThrow(WorkflowFailedError);
    expect(payment.state()).toEqual(returned);
    expect(await payment.searchAttributes()).toMatchObject({ NeedsAttention: [true] });
    await harness.record('failed', payment);
  });
});

describe('an operator of a payment whose money cannot be returned', () => {
  const rejected = { status: 'rejected', reason: 'payment-exceeds-debt' };
  const stuckAtCompensation = async (): Promise<Payment> => {
    harness.fakes.next('credit', rejectWith('payment-exceeds-debt', 422));
    harness.fakes.next('cancel-withdrawal', ...outage);
    const payment = await harness.startAndWait();
    await payment.untilRequested('cancel-withdrawal', 2);
    return payment;
  };

  it('retries the compensation at once, under a new key', async () => {
    const payment = await stuckAtCompensation();
    await payment.decide('retry', 'cancel-withdrawal');
    await until(
      async () => expect(payment.keys('cancel-withdrawal')).toContain(`${payment.id}/cancel-withdrawal#2`),
      { what: 'the second round', timeoutMs: 10_000 },
    );
    harness.fakes.reset();
    await payment.decide('retry', 'cancel-withdrawal');
    expect(await payment.callerResult).toEqual(rejected);
    expect(payment.state()).toEqual(returned);
    await harness.record('step-retried', payment);
  });
});

describe('a card that is unavailable at the pivot', () => {
  it('sets NeedsAttention after ten attempts, and gets the same key until it accepts or rejects', async () => {
    await stuck.untilSearchAttributes({ NeedsAttention: [true], sagaState: ['running'], step: ['credit'] });
    await stuck.untilRequested('credit', 11);
    harness.fakes.nextOf(stuck.id, 'credit', rejectWith('card-blocked'));
    await stuck.decide('retry', 'credit');
    expect(await stuck.result()).toEqual({ status: 'rejected', reason: 'card-blocked' });
    expect(stuck.state()).toEqual(returned);
    expect(new Set(stuck.keys('credit'))).toEqual(new Set([`${stuck.id}/credit`]));
    await stuck.untilSearchAttributes({ NeedsAttention: [false] });
    await harness.record('pivot-needed-attention', stuck);
  });
});
