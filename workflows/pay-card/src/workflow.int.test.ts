import { abortSignal, retryStepSignal, skipStepSignal } from '@bankside/saga';
import { fail, hold, loseAnswer, neverAnswer, refuse } from '@bankside/saga/testing';
import { sharedAddress, until } from '@bankside/tools';
import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { openDesk, payment, type Desk, type Paid } from '../testing/desk';

/** For every attempt that there may be. */
const failing = Array.from({ length: 50 }, () => fail(503));

let desk: Desk;
/** Its card does not answer. It takes a while until a person is asked to look, during which the other tests run. */
let stuck: Paid;
beforeAll(async () => {
  desk = await openDesk(sharedAddress('TEMPORAL'), { record: process.env['RECORD_HISTORIES'] === '1' });
  const asked = payment();
  desk.bank.nextOf(asked.paymentId, 'credit', ...failing);
  stuck = await desk.pay(asked);
  await untilAsked(stuck, 'credit');
});
afterAll(() => desk.close());
afterEach(() => desk.bank.reset());

const namesOf = ({ paymentId }: Paid) => desk.bank.calls(paymentId).map(({ name }) => name);
const stateOf = ({ paymentId }: Paid) => desk.bank.state(paymentId);
const keysOf = ({ paymentId }: Paid, step: string) =>
  desk.bank.calls(paymentId).flatMap(({ name, key }) => (name === step ? [key] : []));
const untilAsked = (paid: Paid, step: string, times = 1) =>
  until(async () => expect(keysOf(paid, step).length).toBeGreaterThanOrEqual(times), {
    what: step,
    timeoutMs: 30_000,
  });
const attributesOf = async ({ handle }: Paid) => (await handle.describe()).searchAttributes;
const done = { withdrawal: 'made', card: 'paid' };

describe('paying a card from savings', () => {
  it('tells the caller who waits that it is done, and moves the money once', async () => {
    const paid = await desk.pay(payment());
    expect(await paid.answer).toEqual({ status: 'confirmed' });
    expect(stateOf(paid)).toEqual(done);
    expect(desk.bank.calls(paid.paymentId)).toMatchObject([
      {
        name: 'withdraw',
        key: `${paid.paymentId}/withdraw`,
        body: { withdrawalId: paid.paymentId, amountCents: 2933, currency: 'EUR', customerId: 'customer-1' },
      },
      {
        name: 'credit',
        key: `${paid.paymentId}/credit`,
        body: { paymentId: paid.paymentId, amountCents: 2933, currency: 'EUR', customerId: 'customer-1' },
      },
    ]);
    expect(await paid.handle.result()).toEqual({ status: 'confirmed' });
    expect(await attributesOf(paid)).toMatchObject({
      saga: ['pay-card'],
      sagaState: ['confirmed'],
      step: ['credit'],
      customerId: ['customer-1'],
    });
    await desk.record('confirmed', paid);
  });

  it('tells two callers of the same payment the same, and runs once', async () => {
    const asked = payment();
    const credit = hold();
    desk.bank.next('credit', credit.behaviour);
    const first = await desk.pay(asked);
    await credit.reached;
    const second = await desk.pay(asked);
    await second.accepted;
    credit.goOn();
    expect([await first.answer, await second.answer]).toEqual(Array(2).fill({ status: 'confirmed' }));
    expect(stateOf(first)).toEqual(done);
    expect(namesOf(first).filter((name) => name === 'withdraw')).toHaveLength(1);
    await desk.record('two-callers', first);
  });

  it('turns away who asks for something else under the same id', async () => {
    const asked = payment();
    const credit = hold();
    desk.bank.next('credit', credit.behaviour);
    const first = await desk.pay(asked);
    await credit.reached;
    const other = await desk.pay({ ...asked, amountCents: 1 });
    await expect(other.answer).rejects.toMatchObject({ cause: { type: 'IdReused' } });
    credit.goOn();
    expect(await first.answer).toEqual({ status: 'confirmed' });
  });

  it.each(['insufficient-funds', 'not-the-owner', 'account-not-found', 'currency-mismatch'])(
    'is refused by the account as %s, and asks no card',
    async (reason) => {
      desk.bank.next('withdraw', refuse(reason, 422));
      const paid = await desk.pay(payment());
      expect(await paid.answer).toEqual({ status: 'rejected', reason });
      expect(namesOf(paid)).toEqual(['withdraw']);
      if (reason === 'insufficient-funds') await desk.record('refused-at-withdraw', paid);
    },
  );

  it.each(['payment-exceeds-debt', 'card-not-found', 'currency-mismatch'])(
    'is refused by the card as %s, and returns the money',
    async (reason) => {
      desk.bank.next('credit', refuse(reason, 422));
      const paid = await desk.pay(payment());
      expect(await paid.answer).toEqual({ status: 'rejected', reason });
      expect(stateOf(paid)).toEqual({ withdrawal: 'cancelled' });
      expect(namesOf(paid)).toEqual(['withdraw', 'credit', 'cancel-withdrawal']);
      expect(
        (await paid.steps()).map(({ step, state, compensation: undo }) => [step, state, undo?.state]),
      ).toEqual([
        ['withdraw', 'done', 'done'],
        ['credit', 'rejected', undefined],
      ]);
      if (reason === 'payment-exceeds-debt') await desk.record('refused-at-credit', paid);
    },
  );

  it.each(['withdraw', 'credit'])(
    'asks again under the same key when the answer of %s is lost',
    async (step) => {
      desk.bank.next(step, loseAnswer, neverAnswer, fail(503));
      const paid = await desk.pay(payment());
      expect(await paid.answer).toEqual({ status: 'confirmed' });
      expect(keysOf(paid, step)).toEqual(Array(4).fill(`${paid.paymentId}/${step}`));
      await desk.record(`timed-out-at-${step}`, paid);
    },
  );

  it('returns the money as often as it takes', async () => {
    desk.bank.next('credit', refuse('payment-exceeds-debt', 422));
    desk.bank.next('cancel-withdrawal', fail(500), loseAnswer, fail(503));
    const paid = await desk.pay(payment());
    expect(await paid.answer).toEqual({ status: 'rejected', reason: 'payment-exceeds-debt' });
    expect(stateOf(paid)).toEqual({ withdrawal: 'cancelled' });
    await desk.record('undo-fails-and-works', paid);
  });

  it('cancelled before the card is asked, returns the money and tells so; the withdrawal that comes late is refused', async () => {
    const withdrawal = hold();
    desk.bank.next('withdraw', ...Array.from({ length: 20 }, () => withdrawal.behaviour));
    const paid = await desk.pay(payment());
    await withdrawal.reached;
    await paid.handle.cancel();
    await expect(paid.answer).rejects.toThrow(WorkflowUpdateFailedError);
    await expect(paid.handle.result()).rejects.toThrow(WorkflowFailedError);
    withdrawal.goOn();
    expect(await withdrawal.status).toBe(409);
    expect(stateOf(paid)).toEqual({ withdrawal: 'cancelled' });
    await desk.record('cancelled', paid);
  });

  it('an answer that only a bug can bring returns the money and fails for a person to look', async () => {
    desk.bank.next('withdraw', neverAnswer, fail(400, 'invalid-request'));
    const paid = await desk.pay(payment());
    await expect(paid.answer).rejects.toThrow(WorkflowUpdateFailedError);
    await expect(paid.handle.result()).rejects.toThrow(WorkflowFailedError);
    expect(stateOf(paid)).toEqual({ withdrawal: 'cancelled' });
    expect(await attributesOf(paid)).toMatchObject({ NeedsAttention: [true] });
    await desk.record('failed', paid);
  });
});

describe('an operator, while the money cannot be returned,', () => {
  const owing = async (): Promise<Paid> => {
    desk.bank.next('credit', refuse('payment-exceeds-debt', 422));
    desk.bank.next('cancel-withdrawal', ...failing);
    const paid = await desk.pay(payment());
    await untilAsked(paid, 'cancel-withdrawal', 2);
    return paid;
  };

  it('can have it tried at once, under a new key', async () => {
    const paid = await owing();
    await paid.handle.signal(retryStepSignal, { step: 'cancel-withdrawal', by: 'ann' });
    const second = `${paid.paymentId}/cancel-withdrawal#2`;
    await until(async () => expect(keysOf(paid, 'cancel-withdrawal')).toContain(second), {
      what: 'the second round',
      timeoutMs: 10_000,
    });
    desk.bank.reset();
    await paid.handle.signal(retryStepSignal, { step: 'cancel-withdrawal', by: 'ann' });
    expect(await paid.answer).toEqual({ status: 'rejected', reason: 'payment-exceeds-debt' });
    expect(stateOf(paid)).toEqual({ withdrawal: 'cancelled' });
    await desk.record('step-retried', paid);
  });

  it('can skip it, when it was done by hand', async () => {
    const paid = await owing();
    await paid.handle.signal(skipStepSignal, { step: 'cancel-withdrawal', by: 'ann' });
    expect(await paid.answer).toEqual({ status: 'rejected', reason: 'payment-exceeds-debt' });
    expect((await paid.steps())[0]?.compensation).toMatchObject({ state: 'skipped', note: 'skipped by ann' });
    await desk.record('step-skipped', paid);
  });

  it('can abort the payment where it stands', async () => {
    const paid = await owing();
    await paid.handle.signal(abortSignal, { step: 'cancel-withdrawal', by: 'ann' });
    await expect(paid.handle.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
    expect(await attributesOf(paid)).toMatchObject({ sagaState: ['aborted'], NeedsAttention: [true] });
    expect(stateOf(paid)).toEqual({ withdrawal: 'made' });
    await desk.record('aborted', paid);
  });
});

describe('a card that does not answer', () => {
  it('can be skipped by an operator: the payment is then done', async () => {
    desk.bank.next('credit', ...failing);
    const paid = await desk.pay(payment());
    await untilAsked(paid, 'credit', 2);
    await paid.handle.signal(skipStepSignal, { step: 'credit', by: 'ann' });
    expect(await paid.answer).toEqual({ status: 'confirmed' });
    await desk.record('pivot-skipped', paid);
  });

  it('can be the end of the payment, which is not undone: nobody knows whether the card has it', async () => {
    desk.bank.next('credit', loseAnswer, ...failing);
    const paid = await desk.pay(payment());
    await untilAsked(paid, 'credit', 2);
    await paid.handle.signal(abortSignal, { step: 'credit', by: 'ann' });
    await expect(paid.handle.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
    expect(namesOf(paid)).not.toContain('cancel-withdrawal');
    expect(await attributesOf(paid)).toMatchObject({ sagaState: ['aborted'], NeedsAttention: [true] });
    await desk.record('pivot-aborted', paid);
  });

  it('is a matter for a person after ten attempts, and is asked on under the same key until it answers', async () => {
    const attention = (wanted: boolean) =>
      until(async () => expect(await attributesOf(stuck)).toMatchObject({ NeedsAttention: [wanted] }), {
        what: 'the call for a person',
        timeoutMs: 40_000,
      });
    await attention(true);
    expect(await attributesOf(stuck)).toMatchObject({ sagaState: ['running'], step: ['credit'] });
    await untilAsked(stuck, 'credit', 11);
    desk.bank.nextOf(stuck.paymentId, 'credit', refuse('card-blocked'));
    await stuck.handle.signal(retryStepSignal, { step: 'credit', by: 'ann' });
    expect(await stuck.handle.result()).toEqual({ status: 'rejected', reason: 'card-blocked' });
    expect(stateOf(stuck)).toEqual({ withdrawal: 'cancelled' });
    expect(new Set(keysOf(stuck, 'credit'))).toEqual(new Set([`${stuck.paymentId}/credit`]));
    await attention(false);
    await desk.record('pivot-needed-attention', stuck);
  });
});
