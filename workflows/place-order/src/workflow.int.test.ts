// The outcomes of a saga without outages: all steps done, or all compensated.
import type { PlacedOrder } from '@bankside/contracts/sagas';
import { CORRELATION, fail, hold, rejectWith, sagaHarness, type SagaHarness } from '@bankside/saga/testing';
import { WorkflowFailedError } from '@temporalio/client';
import { CARD, fixture, TWO_LINES } from '../testing';

const verified = { verification: 'verified' };
const confirmed = {
  ...verified,
  'reservation/cd-1': 'committed',
  'reservation/cd-2': 'committed',
  payment: 'captured',
  money: 'taken',
  order: 'confirmed',
};
const compensated = {
  ...verified,
  'reservation/cd-1': 'released',
  'reservation/cd-2': 'released',
  payment: 'voided',
};

/** The query of Temporal's UI. */
const METADATA = '__temporal_workflow_metadata';

let harness: SagaHarness<PlacedOrder>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('a placed order', () => {
  it('is confirmed when it is paid from an account', async () => {
    const order = await harness.start(TWO_LINES);
    expect(await order.result()).toEqual({ status: 'confirmed' });
    expect(order.state()).toEqual(confirmed);
    expect(await order.searchAttributes()).toMatchObject({
      saga: ['place-order'],
      sagaState: ['confirmed'],
      step: ['confirm'],
      customerId: ['customer-1'],
      orderId: [order.id],
    });
    await harness.record('confirmed-by-account', order);
  });

  it('is confirmed when it is paid by card', async () => {
    const order = await harness.start({ ...TWO_LINES, payWith: { card: CARD } });
    expect(await order.result()).toEqual({ status: 'confirmed' });
    expect(order.state()).toEqual(confirmed);
    expect(order.requests('charge')).toHaveLength(1);
    await harness.record('confirmed-by-card', order);
  });

  it('gives each request of a step or compensation its correlation id, and the step as its cause', async () => {
    harness.fakes.next('capture', rejectWith('payment-voided'));
    const order = await harness.start(TWO_LINES);
    await order.result();
    const requests = order.requests();
    expect(requests.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['reserve', 'release', 'reject']),
    );
    expect(requests.map(({ correlationId, causationId }) => [correlationId, causationId])).toEqual(
      requests.map(({ key }) => [CORRELATION, `saga/${key}`]),
    );
  });

  it('has no payment when there is nothing to pay: its confirmation decides', async () => {
    const order = await harness.start({ ...TWO_LINES, totalCents: 0, payWith: undefined });
    expect(await order.result()).toEqual({ status: 'confirmed' });
    const { money: _money, payment: _payment, ...rest } = confirmed;
    expect(order.state()).toEqual(rest);
    expect(order.requestedSteps()).toEqual(['verify', 'reserve', 'reserve', 'confirm', 'commit', 'commit']);
    await harness.record('confirmed-free', order);
  });

  it('runs each step once, in order, under a key of its own', async () => {
    const order = await harness.start();
    await order.result();
    expect(order.requests().map(({ step, key }) => [step, key])).toEqual([
      ['verify', `${order.id}/verify`],
      ['reserve', `${order.id}/reserve/cd-1`],
      ['authorize', `${order.id}/authorize`],
      ['withdraw', `${order.id}/withdraw`],
      ['capture', `${order.id}/capture`],
      ['commit', `${order.id}/commit/cd-1`],
      ['confirm', `${order.id}/confirm`],
    ]);
  });

  it('starts with the step that its contract names', async () => {
    const order = await harness.start();
    await order.result();
    expect((await order.steps())[0]?.step).toBe(fixture.contract.firstStep(fixture.input(order.id)));
  });

  it('that its owner has confirmed already, in a task that was lost for example, is confirmed without any effect', async () => {
    harness.fakes.next('verify', rejectWith('order-already-confirmed'));
    const order = await harness.start(TWO_LINES);
    expect(await order.result()).toEqual({ status: 'confirmed' });
    expect(order.requestedSteps()).toEqual(['verify']);
    expect(await order.searchAttributes()).toMatchObject({ sagaState: ['confirmed'], step: ['confirm'] });
  });

  it('waits for the owner of the order while it is unavailable, and reserves nothing before it has responded', async () => {
    const held = hold();
    harness.fakes.next('verify', fail(503), held.behaviour);
    const order = await harness.start();
    await held.reached;
    expect(order.requestedSteps()).toEqual(['verify', 'verify']);
    held.release();
    expect(await order.result()).toEqual({ status: 'confirmed' });
  });

  it('retries a step under the same key while the service is unavailable', async () => {
    harness.fakes.next('withdraw', fail(503), fail(500), fail(429));
    const order = await harness.start();
    expect(await order.result()).toEqual({ status: 'confirmed' });
    expect(order.keys('withdraw')).toEqual(Array(4).fill(`${order.id}/withdraw`));
    expect(await order.step('withdraw')).toMatchObject({ state: 'done', attempts: 4 });
  });

  it('takes one workflow task and no remote activity, however many lines it has', async () => {
    const lines = Array.from({ length: 5 }, (_, line) => ({
      sku: `cd-${line}`,
      quantity: 1,
      unitPriceCents: 100,
    }));
    const order = await harness.start({ lines, totalCents: 500 });
    await order.result();
    const { events } = await order.handle.fetchHistory();
    const count = (attributes: string) => events?.filter((event) => Object.hasOwn(event, attributes)).length;
    expect({
      workflowTasks: count('workflowTaskScheduledEventAttributes'),
      remoteActivities: count('activityTaskScheduledEventAttributes'),
    }).toEqual({ workflowTasks: 1, remoteActivities: 0 });
  });

  it('cannot be started twice', async () => {
    const order = await harness.start();
    await order.result();
    await expect(harness.start({ orderId: order.id })).rejects.toThrow(/already started/);
  });
});

describe('a rejected order', () => {
  const rejections = [
    { step: 'verify', reason: 'order-differs', compensations: [] },
    { step: 'reserve', reason: 'out-of-stock', compensations: ['release'] },
    { step: 'authorize', reason: 'payment-voided', compensations: ['release', 'release'] },
    { step: 'withdraw', reason: 'insufficient-funds', compensations: ['void', 'release', 'release'] },
    {
      step: 'capture',
      reason: 'payment-failed',
      compensations: ['cancel-withdrawal', 'void', 'release', 'release'],
    },
  ];

  it.each(rejections)(
    'at $step compensates the earlier steps, newest first',
    async ({ step, reason, compensations }) => {
      harness.fakes.next(step, rejectWith(reason, 422));
      const order = await harness.start(TWO_LINES);
      expect(await order.result()).toEqual({ status: 'rejected', reason });
      const steps = order.requestedSteps();
      expect(steps.slice(steps.lastIndexOf(step) + 1)).toEqual([...compensations, 'reject']);
      expect(order.requests().at(-1)?.body).toEqual({ reason });
      await harness.record(`rejected-at-${step}`, order);
    },
  );

  it.each(['order-not-found', 'order-already-cancelled'])(
    'of which its owner responds %s moves nothing and ends',
    async (reason) => {
      harness.fakes.next('verify', rejectWith(reason, 404));
      harness.fakes.next('reject', rejectWith(reason, 404));
      const order = await harness.start(TWO_LINES);
      expect(await order.result()).toEqual({ status: 'rejected', reason });
      expect(order.requestedSteps()).toEqual(['verify', 'reject']);
      expect(await order.searchAttributes()).toMatchObject({ sagaState: ['rejected'], step: ['verify'] });
    },
  );

  it('at the charge leaves the card uncharged', async () => {
    harness.fakes.next('charge', rejectWith('card-blocked'));
    const order = await harness.start({ ...TWO_LINES, payWith: { card: CARD } });
    expect(await order.result()).toEqual({ status: 'rejected', reason: 'card-blocked' });
    expect(order.state()).toEqual({ ...compensated, order: 'rejected' });
    await harness.record('rejected-by-card', order);
  });

  it('shows the rejected step and the compensations in the query `steps`', async () => {
    harness.fakes.next('withdraw', rejectWith('insufficient-funds', 422));
    const order = await harness.start();
    await order.result();
    const steps = await order.steps();
    expect(steps.map(({ step, state, compensation }) => [step, state, compensation?.state])).toEqual([
      ['verify', 'done', undefined],
      ['reserve/cd-1', 'done', 'done'],
      ['authorize', 'done', 'done'],
      ['withdraw', 'rejected', 'pending'],
      ['capture', 'pending', undefined],
      ['commit/cd-1', 'pending', undefined],
      ['confirm', 'pending', undefined],
      ['reject', 'done', undefined],
    ]);
    expect(steps[3]).toMatchObject({ note: 'insufficient-funds', attempts: 1 });
    expect(await order.searchAttributes()).toMatchObject({ sagaState: ['rejected'], step: ['withdraw'] });
  });

  it("shows its steps as Markdown in the current details of Temporal's UI", async () => {
    harness.fakes.next('withdraw', rejectWith('insufficient-funds', 422));
    harness.fakes.next('void', fail(503));
    const order = await harness.start({ lines: [{ sku: 'cd-1', quantity: 2, unitPriceCents: 1466 }] });
    await order.result();
    const { staticSummary, staticDetails } = await order.handle.describe();
    expect(await staticSummary()).toBe('Order of 29.33 EUR by customer customer-1');
    expect(await staticDetails()).toBe('- 2 × cd-1 at 1466 cents');
    const { currentDetails } = await order.handle.query<{ currentDetails: string }>(METADATA);
    expect(currentDetails.split('\n').filter(Boolean)).toEqual([
      '**place-order**',
      '- ✔ **verify** Verify the order with its owner',
      '- ✔ **reserve/cd-1** Reserve 2 × cd-1',
      '  - ✔ **release/cd-1** Release cd-1',
      '- ✔ **authorize** Authorize a payment of 29.33 EUR',
      '  - ✔ **void** Void the payment (2 attempts)',
      '- ✘ **withdraw** Withdraw from account 1000000017 — insufficient-funds',
      '- ◌ **capture** Capture the payment',
      '- ◌ **commit/cd-1** Take cd-1 out of stock',
      '- ◌ **confirm** Confirm the order',
      '- ✔ **reject** Reject the order: insufficient-funds',
    ]);
  });
});

describe('a response that only a defect can cause', () => {
  it.each([
    ['400', fail(400, 'invalid-request')],
    ['a 409 without a problem name', fail(409)],
    ['a key that was used for another request', fail(422, 'idempotency-key-reused')],
  ])(
    '%s compensates all steps, rejects the order and fails the workflow with NeedsAttention',
    async (what, behaviour) => {
      harness.fakes.next('withdraw', behaviour);
      const order = await harness.start(TWO_LINES);
      await expect(order.result()).rejects.toThrow(WorkflowFailedError);
      expect(order.state()).toEqual({ ...compensated, money: 'returned', order: 'rejected' });
      const { status, searchAttributes } = await order.handle.describe();
      expect(status.name).toBe('FAILED');
      expect(searchAttributes).toMatchObject({
        NeedsAttention: [true],
        sagaState: ['failed'],
        saga: ['place-order'],
      });
      if (what === '400') await harness.record('failed', order);
    },
  );
});
