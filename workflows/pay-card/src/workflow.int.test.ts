import { fail, hold, loseAnswer, neverAnswer, refuse } from '@bankside/saga/testing';
import { sharedAddress } from '@bankside/tools';
import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { openDesk, payment, type Desk, type Paid } from '../testing/desk';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk(sharedAddress('TEMPORAL'), { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => desk.close());
afterEach(() => desk.bank.reset());

const namesOf = ({ paymentId }: Paid) => desk.bank.calls(paymentId).map(({ name }) => name);
const stateOf = ({ paymentId }: Paid) => desk.bank.state(paymentId);
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
        body: { paymentId: paid.paymentId, amountCents: 2933, currency: 'EUR' },
      },
    ]);
    expect(await paid.handle.result()).toEqual({ status: 'confirmed' });
    expect((await paid.handle.describe()).searchAttributes).toMatchObject({
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
      expect((await paid.steps()).map(({ step, state, undo }) => [step, state, undo?.state])).toEqual([
        ['withdraw', 'done', 'done'],
        ['credit', 'refused', undefined],
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
      const keys = desk.bank.calls(paid.paymentId).flatMap(({ name, key }) => (name === step ? [key] : []));
      expect(keys).toEqual(Array(4).fill(`${paid.paymentId}/${step}`));
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
    expect((await paid.handle.describe()).searchAttributes).toMatchObject({ NeedsAttention: [true] });
    await desk.record('failed', paid);
  });
});
