import type { CustomerClosure } from '@bankside/contracts/sagas';
import {
  always,
  fail,
  hold,
  loseResponse,
  rejectWith,
  sagaHarness,
  type SagaHarness,
} from '@bankside/saga/testing';
import { WorkflowFailedError } from '@temporalio/client';
import { fixture, LEFT, OWNERS, STAYED } from '../testing';

let harness: SagaHarness<CustomerClosure>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('closing a customer', () => {
  it('blocks the customer everywhere, closes all holdings, then deactivates', async () => {
    const closure = await harness.startAndWait();
    expect(await closure.callerResult).toEqual({ status: 'confirmed' });
    expect(closure.state()).toEqual(LEFT);
    const steps = closure.requestedSteps();
    expect(steps).toHaveLength(2 + 2 * OWNERS.length);
    expect(steps[0]).toBe('start');
    expect(steps.slice(1, 5).toSorted()).toEqual(OWNERS.map((owner) => `block-${owner}`));
    expect(steps.slice(5, 9).toSorted()).toEqual(OWNERS.map((owner) => `close-${owner}`));
    expect(steps[9]).toBe('deactivate');
    expect(await closure.searchAttributes()).toMatchObject({
      saga: ['close-customer'],
      sagaState: ['confirmed'],
      customerId: ['customer-1'],
    });
    await harness.record('confirmed', closure);
  });

  it('erases the personal data last, when the customer is to be forgotten', async () => {
    const closure = await harness.startAndWait({ forget: true });
    expect(await closure.callerResult).toEqual({ status: 'confirmed' });
    expect(closure.requestedSteps().slice(-2)).toEqual(['deactivate', 'forget']);
    await harness.record('forgotten', closure);
  });

  it('sends the owners of holdings whether a teller forces it', async () => {
    const closure = await harness.startAndWait({ forced: true });
    await closure.callerResult;
    for (const owner of OWNERS)
      expect(closure.requests(`close-${owner}`).map(({ body }) => body)).toEqual([
        { customerId: 'customer-1', forced: true },
      ]);
    await harness.record('forced', closure);
  });

  it('starts with the step that its contract names', async () => {
    const closure = await harness.startAndWait();
    await closure.callerResult;
    expect((await closure.steps())[0]?.step).toBe(fixture.contract.firstStep(fixture.input(closure.id)));
  });

  it.each(['start', 'block-orders', 'close-loans', 'deactivate', 'forget'])(
    'repeats %s under the same key after its response was lost',
    async (step) => {
      harness.fakes.next(step, loseResponse);
      const closure = await harness.startAndWait({ forget: true });
      expect(await closure.callerResult).toEqual({ status: 'confirmed' });
      expect(closure.keys(step)).toEqual(Array(2).fill(`${closure.id}/${step}`));
      if (step === 'close-loans') await harness.record('step-retried', closure);
    },
  );
});

describe('a closure that is refused', () => {
  it('by the owner of the customer changes nothing', async () => {
    harness.fakes.next('start', rejectWith('mobile-number-change-open'));
    const closure = await harness.startAndWait();
    expect(await closure.callerResult).toEqual({ status: 'rejected', reason: 'mobile-number-change-open' });
    expect(closure.requestedSteps()).toEqual(['start']);
    await harness.record('rejected-at-start', closure);
  });

  it('by one owner is undone by all others', async () => {
    harness.fakes.next('close-loans', rejectWith('loan-not-repaid'));
    const closure = await harness.startAndWait();
    expect(await closure.callerResult).toEqual({ status: 'rejected', reason: 'loan-not-repaid' });
    const { 'holdings-loans': _untouched, ...rest } = STAYED as Record<string, string>;
    expect(closure.state()).toEqual(rest);
    expect(closure.requestedSteps().at(-1)).toBe('stay');
    await harness.record('rejected-at-close', closure);
  });

  it('by several owners has all their reasons', async () => {
    const reasons = {
      accounts: 'balance-not-zero',
      cards: 'card-open',
      loans: 'loan-not-repaid',
      orders: 'order-under-way',
    };
    for (const owner of OWNERS) harness.fakes.next(`close-${owner}`, rejectWith(reasons[owner]));
    const closure = await harness.startAndWait();
    expect(await closure.callerResult).toMatchObject({ status: 'rejected', reasons: Object.values(reasons) });
    await harness.record('rejected-by-all', closure);
  });

  it('by the pivot is undone as a whole', async () => {
    harness.fakes.next('deactivate', rejectWith('customer-cannot-leave'));
    const closure = await harness.startAndWait();
    expect(await closure.callerResult).toEqual({ status: 'rejected', reason: 'customer-cannot-leave' });
    expect(closure.state()).toEqual(STAYED);
    await harness.record('rejected-at-deactivate', closure);
  });

  it('retries its compensations until they succeed', async () => {
    harness.fakes.next('close-orders', rejectWith('order-under-way'));
    harness.fakes.next('reopen-accounts', fail(503), fail(500));
    const closure = await harness.startAndWait();
    expect(await closure.callerResult).toEqual({ status: 'rejected', reason: 'order-under-way' });
    expect(closure.keys('reopen-accounts')).toHaveLength(3);
    await harness.record('compensation-retried', closure);
  });
});

describe('the cancellation of a closure', () => {
  it('before the pivot undoes it, and a late step is rejected by its owner', async () => {
    const [first, second] = [hold(), hold()];
    harness.fakes.next('close-cards', first.behaviour, second.behaviour);
    const closure = await harness.start();
    await second.reached;
    await closure.handle.cancel();
    await expect(closure.result()).rejects.toThrow(WorkflowFailedError);
    first.release();
    second.release();
    expect(await first.status).toBe(409);
    expect(closure.state()).toEqual(STAYED);
    await harness.record('cancelled', closure);
  });

  it('at the pivot has no effect when the customer is deactivated', async () => {
    const pivot = hold();
    harness.fakes.next('deactivate', pivot.behaviour);
    const closure = await harness.start();
    await pivot.reached;
    await closure.handle.cancel();
    pivot.release();
    expect(await closure.result()).toEqual({ status: 'confirmed' });
    await harness.record('cancelled-at-the-pivot', closure);
  });
});

describe('an operator of a closure whose owner does not respond', () => {
  it('aborts it at a compensation', async () => {
    harness.fakes.next('close-orders', rejectWith('order-under-way'));
    harness.fakes.next('unblock-loans', ...always(fail(503)));
    const closure = await harness.start();
    await closure.untilRequested('unblock-loans', 2);
    await closure.decide('abort', 'unblock-loans');
    await expect(closure.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
    await harness.record('aborted', closure);
  });
});
