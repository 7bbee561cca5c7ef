// An operator finishes an order by hand, whatever step its saga was stopped at.
import type { PlacedOrder } from '@bankside/contracts/sagas';
import {
  always,
  fail,
  hold,
  rejectWith,
  sagaHarness,
  type FakeServices,
  type SagaHarness,
  type SagaRun,
} from '@bankside/saga/testing';
import { fixture, TWO_LINES } from '../testing';

const outage = always(fail(503));

const confirmed = {
  verification: 'verified',
  'reservation/cd-1': 'committed',
  'reservation/cd-2': 'committed',
  payment: 'captured',
  money: 'taken',
  order: 'confirmed',
};
const undone = {
  'reservation/cd-1': 'released',
  'reservation/cd-2': 'released',
  payment: 'voided',
  money: 'returned',
};

let harness: SagaHarness<PlacedOrder>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

const stopAtTheStart = { cancellationId: 'cancellation-1', reason: 'too-slow' };

const rejectWithdrawal = (fakes: FakeServices): void =>
  fakes.next('withdraw', rejectWith('insufficient-funds', 422));

type Stopped = Readonly<{
  /** The step that cannot be made, as the fakes name it and as the saga does. */
  at: readonly [fake: string, step: string];
  prepare?: (fakes: FakeServices) => void;
  cancelled?: boolean;
}>;

const stops: readonly Stopped[] = [
  { at: ['capture', 'capture'] },
  { at: ['commit', 'commit/cd-2'] },
  { at: ['confirm', 'confirm'] },
  { at: ['void', 'void'], prepare: rejectWithdrawal },
  { at: ['release', 'release/cd-1'], prepare: rejectWithdrawal },
  { at: ['reject', 'reject'], prepare: rejectWithdrawal },
  {
    at: ['cancel-withdrawal', 'cancel-withdrawal'],
    prepare: (fakes) => fakes.next('withdraw', fail(400, 'invalid-request')),
  },
  {
    at: ['cancel', 'cancel'],
    prepare: (fakes) => fakes.next('withdraw', ...always(hold().behaviour)),
    cancelled: true,
  },
];

/** Runs an order until its saga cannot make a step. */
const stuckAt = async ({ at: [fake], prepare, cancelled }: Stopped): Promise<SagaRun> => {
  prepare?.(harness.fakes);
  harness.fakes.next(fake, ...outage);
  const order = await harness.start(TWO_LINES);
  if (cancelled) {
    await order.untilRequested('withdraw', 2);
    await order.handle.cancel();
  }
  await order.untilRequested(fake, 2);
  return order;
};

const expectFinished = async (order: SagaRun): Promise<void> => {
  const state = order.state();
  const end = state['order'];
  expect(['confirmed', 'rejected', 'cancelled']).toContain(end);
  expect(state).toMatchObject(end === 'confirmed' ? confirmed : undone);
  expect(await order.searchAttributes()).toMatchObject({
    sagaState: [end === 'confirmed' ? 'confirmed' : 'rejected'],
  });
};

describe('an order that an operator finishes by hand', () => {
  it.each(stops)('ends with money and stock in one state after an abort at $at.1', async (stop) => {
    const order = await stuckAt(stop);
    await order.decide('abort', stop.at[1]);
    await expect(order.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
    harness.fakes.reset();
    const finished = await harness.finish(order);
    await finished.result();
    await expectFinished(finished);
    if (stop.at[1] === 'void') await harness.record('finished-undone', finished);
    if (stop.at[1] === 'confirm') await harness.record('finished-complete', finished);
  });

  it.each(stops)('ends with money and stock in one state after $at.1 was skipped', async (stop) => {
    const order = await stuckAt(stop);
    await order.decide('skip', stop.at[1]);
    harness.fakes.reset();
    await order.result().catch(() => undefined); // Cancelled or failed where the saga was to be.
    expect(await order.searchAttributes()).toMatchObject({ NeedsAttention: [true] });
    const finished = await harness.finish(order);
    await finished.result();
    await expectFinished(finished);
  });

  /** Terminated while a step has taken effect and has not responded, so that nothing is recorded. */
  const terminatedAt = async (step: string) => {
    const late = hold('after');
    harness.fakes.next(step, late.behaviour);
    const order = await harness.start(TWO_LINES);
    await late.reached;
    await order.handle.terminate('for the test');
    return { order, release: late.release };
  };
  const beforePivot = ['verify', 'reserve', 'authorize', 'withdraw'];

  it.each(beforePivot)('leaves nothing reserved after its saga was terminated at %s', async (step) => {
    const { order, release } = await terminatedAt(step);
    const finished = await harness.finish(order);
    expect(await finished.result()).toEqual({ status: 'rejected', reason: 'undone-by-operator' });
    release();
    expect(finished.state()).toMatchObject({ ...undone, order: 'rejected' });
  });

  it.each(beforePivot)(
    'is undone or completed, as payments decides, when its worker continues after the termination at %s',
    async (step) => {
      const { order, release } = await terminatedAt(step);
      release();
      const finished = await harness.finish(order);
      await finished.result();
      await expectFinished(finished);
    },
  );

  it.each(['capture', 'commit', 'confirm'])(
    'is confirmed after its saga was terminated at %s, although nothing of the capture is recorded',
    async (step) => {
      const { order, release } = await terminatedAt(step);
      release();
      const finished = await harness.finish(order);
      expect(await finished.result()).toEqual({ status: 'confirmed' });
      expect(finished.state()).toEqual(confirmed);
    },
  );

  it('is compensated when payments rejects the capture whose outcome was unknown', async () => {
    const order = await stuckAt({ at: ['capture', 'capture'] });
    await order.decide('abort', 'capture');
    await expect(order.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
    harness.fakes.next('capture', ...always(rejectWith('payment-failed')));
    const finished = await harness.finish(order);
    expect(await finished.result()).toEqual({ status: 'rejected', reason: 'undone-by-operator' });
    expect(finished.state()).toMatchObject({ ...undone, order: 'rejected' });
  });

  it.each(['abort', 'skip'] as const)(
    'ends with money and stock in one state after an %s of the void that decides about the capture',
    async (action) => {
      harness.fakes.next('void', ...outage);
      const order = await harness.startAskedToStop(stopAtTheStart, TWO_LINES);
      await order.untilRequested('void', 2);
      await order.decide(action, 'void');
      await order.result().catch(() => undefined);
      expect(await order.searchAttributes()).toMatchObject({ NeedsAttention: [true] });
      harness.fakes.reset();
      const finished = await harness.finish(order);
      await finished.result();
      expect(finished.state()).toMatchObject(undone);
    },
  );

  it('can be finished once more after the finishing itself was aborted', async () => {
    const order = await stuckAt(stops[3]!);
    await order.decide('abort', 'void');
    await expect(order.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
    const first = await harness.finish(order);
    await first.untilRequested('void', order.requests('void').length + 2);
    await first.decide('abort', 'void');
    await expect(first.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
    harness.fakes.reset();
    const second = await harness.finish(first);
    await second.result();
    await expectFinished(second);
  });

  it('is not finished twice at once', async () => {
    const order = await stuckAt(stops[3]!);
    await order.decide('abort', 'void');
    await expect(order.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
    const first = await harness.finish(order);
    await first.untilRequested('void', order.requests('void').length + 1);
    await expect(harness.finish(order)).rejects.toMatchObject({
      name: 'WorkflowExecutionAlreadyStartedError',
    });
    harness.fakes.reset();
    await first.result();
    await expectFinished(first);
  });
});
