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
  rejectWith,
  sagaHarness,
  succeed,
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
/** An order whose payment is neither authorized nor voided, because payments does not respond. */
let late: SagaRun;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
  const orderId = randomUUID();
  harness.fakes.nextOf(orderId, 'withdraw', rejectWith('insufficient-funds', 422));
  harness.fakes.nextOf(orderId, 'void', ...outage);
  stuck = await harness.start({ orderId });
  await stuck.untilRequested('void');
  const lateId = randomUUID();
  harness.fakes.nextOf(lateId, 'authorize', ...outage);
  harness.fakes.nextOf(lateId, 'void', ...outage);
  late = await harness.start({ orderId: lateId, reservationSeconds: 2 });
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
    if (outcome === 'rejected') harness.fakes.next('charge', rejectWith('card-blocked'));
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
    expect(order.requests('cancel')[0]?.body).toEqual({ reason: 'decided-by-staff' });
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
    harness.fakes.next('authorize', rejectWith('payment-voided'));
    harness.fakes.next('release', release.behaviour);
    const order = await harness.start();
    await release.reached;
    await order.handle.cancel();
    release.release();
    expect(await order.result()).toEqual({ status: 'rejected', reason: 'payment-voided' });
    await harness.record('cancelled-while-compensating', order);
  });
});

describe('a request to stop', () => {
  const untilPivot = ['verify', 'reserve', 'authorize', 'withdraw'];
  const fromPivot = ['capture', 'commit', 'confirm'];
  const moments = ['before', 'after'] as const;
  const both = (steps: readonly string[]) =>
    steps.flatMap((step) => moments.map((moment) => [moment, step] as const));
  /** `retried`: the step is held at its second attempt, outside of the workflow task, which a signal does not interrupt. */
  const heldAt = async (moment: 'before' | 'after', step: string, { retried = false } = {}) => {
    const held = hold(moment);
    const orderId = randomUUID();
    harness.fakes.nextOf(orderId, step, ...(retried ? [fail(503)] : []), held.behaviour);
    const order = await harness.start({ orderId });
    await held.reached;
    return { order, held };
  };
  const done = { payment: 'captured', money: 'taken', order: 'confirmed' };
  const undone = { 'reservation/cd-1': 'released', payment: 'voided', money: 'returned', order: 'cancelled' };

  it.each(both(untilPivot))('that arrives right %s a retry of %s takes effect wins', async (moment, step) => {
    const { order, held } = await heldAt(moment, step, { retried: true });
    await order.askToStop();
    held.release();
    expect(await order.result()).toEqual({ status: 'cancelled' });
    expect(order.state()).toEqual({ verification: 'verified', ...undone });
    const body = { cancellationId: 'cancellation-1', reason: 'too-slow' };
    expect(order.requests('cancel').map((request) => request.body)).toEqual([body]);
    expect(order.requestedSteps()).not.toContain('capture');
    expect(await order.searchAttributes()).toMatchObject({ sagaState: ['cancelled'] });
    if (moment === 'after' && step === 'withdraw') await harness.record('asked-to-stop', order);
  });

  it.each(both(untilPivot))(
    'that arrives right %s the first attempt of %s wins or is too late',
    async (moment, step) => {
      const { order, held } = await heldAt(moment, step);
      await order.askToStop();
      held.release();
      const { status } = await order.result();
      expect(['cancelled', 'confirmed']).toContain(status);
      const committed = { 'reservation/cd-1': 'committed', ...done };
      expect(order.state()).toEqual({
        verification: 'verified',
        ...(status === 'confirmed' ? committed : undone),
      });
    },
  );

  it.each(both(fromPivot))('that arrives right %s %s takes effect comes too late', async (moment, step) => {
    const { order, held } = await heldAt(moment, step);
    await order.askToStop();
    held.release();
    expect(await order.result()).toEqual({ status: 'confirmed' });
    expect(order.state()).toMatchObject({ ...done, 'reservation/cd-1': 'committed' });
    for (const step of ['cancel', 'release', 'cancel-withdrawal']) expect(order.requests(step)).toEqual([]);
    if (moment === 'before' && step === 'capture') await harness.record('asked-to-stop-too-late', order);
  });

  it.each(both(['capture']))(
    'that arrives right %s a retry of %s takes effect comes too late',
    async (moment, step) => {
      const { order, held } = await heldAt(moment, step, { retried: true });
      await order.askToStop();
      held.release();
      expect(await order.result()).toEqual({ status: 'confirmed' });
      for (const step of ['void', 'cancel', 'release']) expect(order.requests(step)).toEqual([]);
    },
  );

  it('that loses to a capture whose response was lost with its workflow task shows all steps as done', async () => {
    const { order, held } = await heldAt('after', 'capture');
    await order.askToStop();
    held.release();
    expect(await order.result()).toEqual({ status: 'confirmed' });
    expect(
      (await order.steps()).map(({ step, state, compensation }) => [step, state, compensation?.state]),
    ).toEqual([
      ['verify', 'done', undefined],
      ['reserve/cd-1', 'done', 'pending'],
      ['authorize', 'done', 'rejected'],
      ['withdraw', 'done', 'pending'],
      ['capture', 'done', undefined],
      ['commit/cd-1', 'done', undefined],
      ['confirm', 'done', undefined],
    ]);
    expect(await order.step('void')).toMatchObject({ note: 'payment-captured' });
    expect(await order.step('capture')).toMatchObject({ note: 'its result was lost with a workflow task' });
  });

  it('loses to the capture of a lost workflow task, although the next task cannot repeat an earlier step', async () => {
    const captured = hold('after');
    const orderId = randomUUID();
    harness.fakes.nextOf(orderId, 'withdraw', succeed, ...outage);
    harness.fakes.nextOf(orderId, 'capture', captured.behaviour);
    harness.fakes.nextOf(orderId, 'confirm', ({ send }) => send({ status: 200, body: {} })); // As if the task had ended before.
    const order = await harness.start({ orderId });
    await captured.reached;
    await order.handle.signal('unknown'); // The server discards the task that would end the saga without having seen it.
    captured.release();
    await order.untilRequested('withdraw', 3);
    expect(await order.step('withdraw')).toMatchObject({ state: 'running' });
    await order.askToStop();
    expect(await order.result()).toEqual({ status: 'confirmed' });
    expect(order.state()).toMatchObject({ ...done, 'reservation/cd-1': 'committed' });
    for (const step of ['cancel', 'release', 'cancel-withdrawal']) expect(order.requests(step)).toEqual([]);
    await harness.record('captured-in-a-lost-task', order);
  });

  it('compensates nothing before payments has voided the payment, unless the server runs an earlier step', async () => {
    const [first, second] = [hold(), hold()];
    const ids = [randomUUID(), randomUUID()] as const;
    harness.fakes.nextOf(ids[0], 'void', first.behaviour);
    const request = { cancellationId: 'cancellation-1', reason: 'too-slow' };
    const unknown = await harness.startAskedToStop(request, { orderId: ids[0] });
    await first.reached;
    harness.fakes.nextOf(ids[1], 'void', ...always(second.behaviour));
    harness.fakes.nextOf(ids[1], 'withdraw', fail(503), ...always(hold().behaviour));
    const known = await harness.start({ orderId: ids[1] });
    await known.untilRequested('withdraw', 2);
    await known.askToStop(request);
    await second.reached;
    expect(unknown.requestedSteps()).toEqual(['void']);
    expect(known.requestedSteps()).toEqual(expect.arrayContaining(['cancel-withdrawal', 'void']));
    first.release();
    second.release();
    expect(await unknown.result()).toEqual({ status: 'cancelled' });
    expect(unknown.requestedSteps()).toEqual(['void', 'cancel-withdrawal', 'release', 'cancel']);
    expect(await known.result()).toEqual({ status: 'cancelled' });
  });

  it('that comes together with the start wins, and the late steps are rejected', async () => {
    const order = await harness.startAskedToStop({ cancellationId: 'cancellation-1', reason: 'too-slow' });
    expect(await order.result()).toEqual({ status: 'cancelled' });
    expect(order.state()).toEqual(undone);
    await harness.record('asked-to-stop-at-the-start', order);
  });

  it('of several is the first one', async () => {
    const { order, held } = await heldAt('before', 'withdraw', { retried: true });
    await order.askToStop();
    await order.askToStop({ cancellationId: 'cancellation-2', reason: 'changed-my-mind' });
    held.release();
    expect(await order.result()).toEqual({ status: 'cancelled' });
    expect(order.requests('cancel')[0]?.body).toMatchObject({ cancellationId: 'cancellation-1' });
  });

  it('does not change the rejection of an order that is compensating', async () => {
    const order = randomUUID();
    const held = hold();
    harness.fakes.nextOf(order, 'withdraw', rejectWith('insufficient-funds', 422));
    harness.fakes.nextOf(order, 'release', held.behaviour);
    const run = await harness.start({ orderId: order });
    await held.reached;
    await run.askToStop();
    held.release();
    expect(await run.result()).toEqual({ status: 'rejected', reason: 'insufficient-funds' });
    expect(run.state()).toMatchObject({ order: 'rejected' });
  });
});

describe('an order that is not paid in time', () => {
  it('is rejected and its stock is free again, although the payment is stuck', async () => {
    await late.untilRequested('reject');
    expect(late.state()).toEqual({
      verification: 'verified',
      'reservation/cd-1': 'released',
      money: 'returned',
      order: 'rejected',
    });
    expect(late.requests('reject')[0]?.body).toEqual({ reason: 'reservation-expired' });
    expect(await late.step('void')).toMatchObject({ state: 'running' });
    harness.fakes.nextOf(late.id, 'void');
    await late.decide('retry', 'void');
    expect(await late.result()).toEqual({ status: 'rejected', reason: 'reservation-expired' });
    expect(late.state()).toMatchObject({ payment: 'voided' });
    await harness.record('reservation-expired', late);
  });
});

describe('a step that must succeed', () => {
  it('is retried when it compensates, even after a rejection', async () => {
    harness.fakes.next('withdraw', rejectWith('insufficient-funds', 422));
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
    harness.fakes.next('withdraw', rejectWith('insufficient-funds', 422));
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
    harness.fakes.next('authorize', rejectWith('payment-voided'));
    harness.fakes.next('release', ...outage);
    const order = await harness.start(TWO_LINES);
    await order.untilRequested('release', 3);
    await order.decide('abort', 'release/cd-2');
    await expect(order.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
  });
});
