import type { NumberChange } from '@bankside/contracts/sagas';
import {
  always,
  fail,
  hold,
  loseResponse,
  neverRespond,
  rejectWith,
  sagaHarness,
  type SagaHarness,
} from '@bankside/saga/testing';
import { until } from '@bankside/tools';
import { WorkflowFailedError } from '@temporalio/client';
import { fixture } from '../testing';

let harness: SagaHarness<NumberChange>;
type Change = Awaited<ReturnType<typeof harness.startAndWait>>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

const STEPS = ['change', 'accounts', 'cards', 'loans', 'settle'];
const COMPENSATIONS: Readonly<Record<string, string>> = {
  change: 'roll-back',
  accounts: 'roll-back-accounts',
  cards: 'roll-back-cards',
};
const { confirmed: changed, rejected: rolledBack } = fixture.crashes.states;

describe('a change of the mobile number', () => {
  it('sends one request to each service, in order, and settles last', async () => {
    const change = await harness.startAndWait();
    expect(await change.callerResult).toEqual({ status: 'confirmed' });
    expect(change.state()).toEqual(changed);
    expect(change.requestedSteps()).toEqual(STEPS);
    expect(await change.searchAttributes()).toMatchObject({
      saga: ['change-mobile-number'],
      sagaState: ['confirmed'],
      step: ['settle'],
      customerId: ['c-1'],
    });
    await harness.record('confirmed', change);
  });

  it('sends ids only, and no mobile number', async () => {
    const change = await harness.startAndWait();
    await change.callerResult;
    const bodies = change.requests().map(({ body }) => body);
    expect(bodies).toEqual([...STEPS.slice(0, 4).map(() => ({ changeId: change.id })), {}]);
  });

  it.each([
    ['change', 'mobile-number-taken'],
    ['accounts', 'customer-not-active'],
    ['cards', 'customer-not-active'],
    ['loans', 'loan-locked'],
  ])('rejected at %s as %s rolls back the earlier steps, newest first', async (step, reason) => {
    harness.fakes.next(step, rejectWith(reason));
    const change = await harness.startAndWait();
    expect(await change.callerResult).toEqual({ status: 'rejected', reason });
    const before = STEPS.slice(0, STEPS.indexOf(step));
    const compensations = before.toReversed().map((one) => COMPENSATIONS[one]);
    expect(change.requestedSteps()).toEqual([...before, step, ...compensations]);
    await harness.record(`rejected-at-${step}`, change);
  });

  it.each(STEPS)('retries %s under the same key when the response is lost', async (step) => {
    harness.fakes.next(step, loseResponse, neverRespond);
    const change = await harness.startAndWait();
    expect(await change.callerResult).toEqual({ status: 'confirmed' });
    expect(change.state()).toEqual(changed);
    expect(change.keys(step)).toEqual(Array(3).fill(`${change.id}/${step}`));
    await harness.record(`timed-out-at-${step}`, change);
  });

  it('has its search attributes from the start, before any worker runs it', async () => {
    const change = await harness.startAndWait({}, 'queue-without-a-worker');
    await change.untilSearchAttributes({
      saga: ['change-mobile-number'],
      sagaState: ['running'],
      step: [fixture.contract.firstStep(fixture.input(change.id))],
      customerId: ['c-1'],
    });
    await change.handle.terminate();
  });

  it('shows the step that is being retried in its search attributes', async () => {
    const cards = hold();
    harness.fakes.next('cards', ...always(cards.behaviour));
    const change = await harness.startAndWait();
    await change.untilSearchAttributes({ sagaState: ['running'], step: ['cards'] });
    cards.release();
    expect(await change.callerResult).toEqual({ status: 'confirmed' });
    await harness.record('waited-for-cards', change);
  });

  it('retries its compensations until they succeed', async () => {
    harness.fakes.next('loans', rejectWith('loan-locked'));
    harness.fakes.next('roll-back-cards', fail(503));
    harness.fakes.next('roll-back', fail(500), loseResponse);
    const change = await harness.startAndWait();
    expect(await change.callerResult).toEqual({ status: 'rejected', reason: 'loan-locked' });
    expect(change.state()).toEqual(rolledBack);
    await harness.record('compensation-retried', change);
  });

  it('cancelled at cards is rolled back, and cards rejects the late step', async () => {
    const cards = hold();
    harness.fakes.next('cards', ...always(cards.behaviour));
    const change = await harness.startAndWait();
    await cards.reached;
    await change.handle.cancel();
    await expect(change.result()).rejects.toThrow(WorkflowFailedError);
    cards.release();
    expect(await cards.status).toBe(409);
    expect(change.state()).toEqual(rolledBack);
    await harness.record('cancelled', change);
  });

  it('cancelled at the pivot completes when loans accepts it', async () => {
    const loans = hold();
    harness.fakes.next('loans', ...always(loans.behaviour));
    const change = await harness.startAndWait();
    await loans.reached;
    await change.handle.cancel();
    loans.release();
    expect(await change.callerResult).toEqual({ status: 'confirmed' });
    expect(change.state()).toEqual(changed);
    await harness.record('cancelled-at-the-pivot', change);
  });
});

describe('an operator of a change with a failing step', () => {
  const rejected = { status: 'rejected', reason: 'loan-locked' };
  const stuckAt = async (step: string): Promise<Change> => {
    harness.fakes.next(step, ...always(fail(503)));
    const change = await harness.startAndWait();
    await change.untilRequested(step, 2);
    return change;
  };

  it('retries a compensation at once, under a new key', async () => {
    harness.fakes.next('loans', rejectWith('loan-locked'));
    const change = await stuckAt('roll-back-accounts');
    await change.decide('retry', 'roll-back-accounts');
    await until(
      async () => expect(change.keys('roll-back-accounts')).toContain(`${change.id}/roll-back-accounts#2`),
      { what: 'the second round', timeoutMs: 10_000 },
    );
    harness.fakes.reset();
    await change.decide('retry', 'roll-back-accounts');
    expect(await change.callerResult).toEqual(rejected);
    expect(change.state()).toEqual(rolledBack);
    await harness.record('step-retried', change);
  });

  it('skips a retriable step', async () => {
    const change = await stuckAt('settle');
    await change.decide('skip', 'settle');
    expect(await change.callerResult).toEqual({ status: 'confirmed' });
    expect(change.state()).toEqual({ ...changed, number: 'open' });
    expect(await change.step('settle')).toMatchObject({ state: 'skipped', note: 'skipped by ann' });
    await harness.record('step-skipped', change);
  });

  it('aborts the change, and compensations that are done stay done', async () => {
    harness.fakes.next('loans', rejectWith('loan-locked'));
    const change = await stuckAt('roll-back');
    await change.decide('abort', 'roll-back');
    await expect(change.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
    expect(await change.searchAttributes()).toMatchObject({ sagaState: ['aborted'], NeedsAttention: [true] });
    expect(change.state()).toEqual({ ...rolledBack, number: 'open' });
    await harness.record('aborted', change);
  });
});
