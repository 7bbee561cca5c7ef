// Lost responses, cancellations, failing compensations and operators. The tests of the worker kill workers.
import { randomUUID } from 'node:crypto';
import type { PlacedOrder } from '@bankside/contracts/sagas';
import { KEY_REUSED, decisionsQuery } from '@bankside/saga';
import {
  always,
  fail,
  hold,
  loseResponse,
  neverRespond,
  reject,
  sagaHarness,
  type SagaHarness,
  type SagaRun,
} from '@bankside/saga/testing';
import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { ACCOUNT, CARD, fixture, TWO_LINES } from '../testing';

const compensated = {
  verification: 'verified',
  'reservation/cd-1': 'released',
  'reservation/cd-2': 'released',
  payment: 'voided',
  money: 'returned',
};
const outage = always(fail(503));

let harness: SagaHarness<PlacedOrder>;
/** An order whose payment cannot be voided. The other tests run during the 17 seconds until `NeedsAttention` is set. */
let stuck: SagaRun;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
  const orderId = randomUUID();
  harness.fakes.nextOf(orderId, 'withdraw', reject('insufficient-funds', 422));
  harness.fakes.nextOf(orderId, 'void', ...outage);
  stuck = await harness.start({ orderId });
  await stuck.untilRequested('void');
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('a step whose response is lost', () => {
  it('is retried under the same key, and the order is confirmed', async () => {
    harness.fakes.next('withdraw', loseResponse, neverRespond);
    const order = await harness.start();
    expect(await order.result()).toEqual({ status: 'confirmed' });
    expect(order.keys('withdraw')).toEqual(Array(3).fill(`${order.id}/withdraw`));
    await harness.record('waited-for-withdraw', order);
  });

  it.each([
    ['withdraw', { account: ACCOUNT }],
    ['charge', { card: CARD }],
  ])('is compensated when the saga fails at %s', async (step, payWith) => {
    harness.fakes.next(step, neverRespond, fail(400, 'invalid-request'));
    const order = await harness.start({ ...TWO_LINES, payWith });
    await expect(order.result()).rejects.toThrow(WorkflowFailedError);
    expect(order.state()).toEqual({ ...compensated, order: 'rejected' });
  });

  it.each([
    ['confirmed', ['reserve', 'authorize', 'charge', 'capture', 'commit', 'confirm']],
    ['rejected', ['void', 'release', 'reject']],
  ])('is retried under the same key, for every step of a %s order', async (outcome, steps) => {
    if (outcome === 'rejected') harness.fakes.next('charge', reject('card-blocked'));
    for (const step of steps) harness.fakes.next(step, loseResponse);
    const order = await harness.start({ payWith: { card: CARD } });
    expect(await order.result()).toMatchObject({ status: outcome });
    for (const step of steps) {
      const keys = order.keys(step);
      expect({ step, keys }).toEqual({ step, keys: Array(2).fill(keys[0]) });
    }
    expect(order.state()).toMatchObject({ order: outcome });
  });
});

describe('the cancellation of a saga', () => {
  it('before the pivot compensates all steps and cancels the order; accounts rejects the late withdrawal', async () => {
    const [first, second] = [hold(), hold()];
    harness.fakes.next('withdraw', first.behaviour, second.behaviour);
    const order = await harness.start(TWO_LINES);
    await second.reached;
    await order.handle.cancel();
    const error: unknown = await order.result().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect(order.state()).toEqual({ ...compensated, order: 'cancelled' });
    expect(order.requests('cancel')[0]?.body).toEqual({ reason: 'cancelled' });
    first.release();
    second.release();
    expect({ first: await first.status, second: await second.status }).toEqual({ first: 409, second: 409 });
    expect(order.state()).toEqual({ ...compensated, order: 'cancelled' });
    expect(await order.searchAttributes()).toMatchObject({ sagaState: ['cancelled'] });
    await harness.record('cancelled-before-the-pivot', order);
  });

  it('at the pivot has no effect when payments accepts the capture', async () => {
    const capture = hold();
    harness.fakes.next('capture', capture.behaviour);
    const order = await harness.start();
    await capture.reached;
    await order.handle.cancel();
    capture.release();
    expect(await order.result()).toEqual({ status: 'confirmed' });
    await harness.record('cancelled-at-the-pivot', order);
  });

  it('during compensation has no effect', async () => {
    const release = hold();
    harness.fakes.next('authorize', reject('payment-voided'));
    harness.fakes.next('release', release.behaviour);
    const order = await harness.start();
    await release.reached;
    await order.handle.cancel();
    release.release();
    expect(await order.result()).toEqual({ status: 'rejected', reason: 'payment-voided' });
    await harness.record('cancelled-while-compensating', order);
  });
});

describe('a step that must succeed', () => {
  it('is retried when it compensates, even after a rejection', async () => {
    harness.fakes.next('withdraw', reject('insufficient-funds', 422));
    harness.fakes.next('void', fail(500), fail(404, 'payment-not-found'), fail(503));
    const order = await harness.start();
    expect(await order.result()).toEqual({ status: 'rejected', reason: 'insufficient-funds' });
    expect(await order.step('void')).toMatchObject({ state: 'done', attempts: 4 });
    expect(order.keys('void')).toEqual(Array(4).fill(`${order.id}/void`));
    await harness.record('compensation-retried', order);
  });

  it('is retried after the pivot, even after a rejection', async () => {
    harness.fakes.next('commit', fail(409, 'product-busy'), fail(503));
    const order = await harness.start();
    expect(await order.result()).toEqual({ status: 'confirmed' });
    expect(order.keys('commit')).toEqual(Array(3).fill(`${order.id}/commit/cd-1`));
  });

  it('sets NeedsAttention after ten attempts, is retried under new keys, and clears it once it succeeds', async () => {
    await stuck.untilSearchAttributes({
      NeedsAttention: [true],
      sagaState: ['compensating'],
      step: ['void'],
    });
    expect(await stuck.step('void')).toMatchObject({ state: 'running' });
    await stuck.untilRequested('void', 11);
    harness.fakes.nextOf(stuck.id, 'void');
    await stuck.decide('retry', 'void');
    expect(await stuck.result()).toEqual({ status: 'rejected', reason: 'insufficient-funds' });
    const { events } = await stuck.handle.fetchHistory();
    const ids = events?.flatMap(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityId ?? [],
    );
    expect(ids).toEqual(expect.arrayContaining(['void', 'void#2', 'void#3']));
    const keys = stuck.keys('void').map((key) => key.slice(stuck.id.length + 1));
    expect(keys.slice(0, 11)).toEqual([...Array<string>(10).fill('void'), 'void#2']);
    expect(keys.at(-1)).toBe('void#3');
    await stuck.untilSearchAttributes({ NeedsAttention: [false] });
    await harness.record('needed-attention', stuck);
  });
});

describe('an operator of an order whose payment cannot be voided', () => {
  const stuckAtVoid = async (): Promise<SagaRun> => {
    harness.fakes.next('withdraw', reject('insufficient-funds', 422));
    harness.fakes.next('void', ...outage);
    const order = await harness.start(TWO_LINES);
    await order.untilRequested('void', 2);
    return order;
  };

  it('skips the step that is running, and no other', async () => {
    const order = await stuckAtVoid();
    await order.decide('skip', 'release/cd-1');
    await order.decide('skip', 'void');
    expect(await order.result()).toEqual({ status: 'rejected', reason: 'insufficient-funds' });
    expect(await order.step('void')).toMatchObject({ state: 'skipped', note: 'skipped by ann' });
    expect(await order.step('release/cd-1')).toMatchObject({ state: 'done' });
    // A retry of the void that was under way may still arrive between the other steps.
    const others = order.requestedSteps().filter((step) => step !== 'void');
    expect(others.slice(-3)).toEqual(['release', 'release', 'reject']);
    await harness.record('step-skipped', order);
  });

  it('decides once for each key, and cannot use the key for another decision', async () => {
    const order = await stuckAtVoid();
    await order.decide('retry', 'nothing', 'k1');
    await order.decide('retry', 'nothing', 'k1');
    const reused = { cause: { type: KEY_REUSED } };
    await expect(order.decide('retry', 'void', 'k1')).rejects.toMatchObject(reused);
    await expect(order.decide('skip', 'nothing', 'k1')).rejects.toMatchObject(reused);
    await order.decide('skip', 'void', 'k2');
    expect(await order.result()).toEqual({ status: 'rejected', reason: 'insufficient-funds' });
    expect(await order.step('void')).toMatchObject({ state: 'skipped', note: 'skipped by ann' });
    expect((await order.handle.query(decisionsQuery)).map(({ key }) => key)).toEqual(['k1', 'k2']);
  });

  it('aborts the saga, which fails and leaves the other steps uncompensated', async () => {
    const order = await stuckAtVoid();
    await order.decide('abort', 'void');
    await expect(order.result()).rejects.toMatchObject({
      cause: { type: 'Aborted', message: 'void: aborted by ann' },
    });
    expect(await order.searchAttributes()).toMatchObject({ sagaState: ['aborted'], NeedsAttention: [true] });
    expect(order.state()).toMatchObject({ 'reservation/cd-1': 'held', payment: 'authorized' });
    await harness.record('aborted', order);
  });

  it('aborts a compensation together with those that run beside it', async () => {
    harness.fakes.next('authorize', reject('payment-voided'));
    harness.fakes.next('release', ...outage);
    const order = await harness.start(TWO_LINES);
    await order.untilRequested('release', 3);
    await order.decide('abort', 'release/cd-2');
    await expect(order.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
  });
});
