import { abortSignal, retryStepSignal, skipStepSignal } from '@bankside/saga';
import { fail, hold, loseAnswer, neverAnswer, refuse } from '@bankside/saga/testing';
import { sharedAddress, until } from '@bankside/tools';
import { WorkflowFailedError } from '@temporalio/client';
import { numberChange, openDesk, type Changed, type Desk } from '../testing/desk';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk(sharedAddress('TEMPORAL'), { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => desk.close());
afterEach(() => desk.bank.reset());

const namesOf = ({ changeId }: Changed) => desk.bank.calls(changeId).map(({ name }) => name);
const stateOf = ({ changeId }: Changed) => desk.bank.state(changeId);
const keysOf = ({ changeId }: Changed, step: string) =>
  desk.bank.calls(changeId).flatMap(({ name, key }) => (name === step ? [key] : []));
const attributesOf = async ({ handle }: Changed) => (await handle.describe()).searchAttributes;
const untilAttributes = (changed: Changed, wanted: object) =>
  until(async () => expect(await attributesOf(changed)).toMatchObject(wanted), {
    what: 'what it is found by',
    timeoutMs: 30_000,
  });
const FORWARD = ['change', 'accounts', 'cards', 'loans', 'settle'];
const BACK: Readonly<Record<string, string>> = {
  change: 'roll-back',
  accounts: 'roll-back-accounts',
  cards: 'roll-back-cards',
};
const everywhere = {
  number: 'settled',
  accounts: 'acknowledged',
  cards: 'acknowledged',
  loans: 'acknowledged',
};
const nowhere = { number: 'rolled-back', accounts: 'rolled-back', cards: 'rolled-back' };

describe('changing a mobile number', () => {
  it('asks each service once, in order, and settles last', async () => {
    const changed = await desk.change(numberChange());
    expect(await changed.answer).toEqual({ status: 'confirmed' });
    expect(stateOf(changed)).toEqual(everywhere);
    expect(namesOf(changed)).toEqual(FORWARD);
    expect(await attributesOf(changed)).toMatchObject({
      saga: ['change-mobile-number'],
      sagaState: ['confirmed'],
      step: ['settle'],
      customerId: ['c-1'],
    });
    await desk.record('confirmed', changed);
  });

  it('keeps no more than ids', async () => {
    const changed = await desk.change(numberChange());
    await changed.answer;
    for (const { body } of desk.bank.calls(changed.changeId))
      expect([{}, { changeId: changed.changeId }]).toContainEqual(body);
  });

  it.each([
    ['change', 'mobile-number-taken'],
    ['accounts', 'customer-not-active'],
    ['cards', 'customer-not-active'],
    ['loans', 'loan-locked'],
  ])('refused at %s as %s rolls back what was done, newest first', async (step, reason) => {
    desk.bank.next(step, refuse(reason));
    const changed = await desk.change(numberChange());
    expect(await changed.answer).toEqual({ status: 'rejected', reason });
    const before = FORWARD.slice(0, FORWARD.indexOf(step));
    const undone = before.toReversed().map((one) => BACK[one]);
    expect(namesOf(changed)).toEqual([...before, step, ...undone]);
    await desk.record(`refused-at-${step}`, changed);
  });

  it.each(FORWARD)('asks again under the same key when the answer of %s is lost', async (step) => {
    desk.bank.next(step, loseAnswer, neverAnswer);
    const changed = await desk.change(numberChange());
    expect(await changed.answer).toEqual({ status: 'confirmed' });
    expect(stateOf(changed)).toEqual(everywhere);
    expect(keysOf(changed, step)).toEqual(Array(3).fill(`${changed.changeId}/${step}`));
    await desk.record(`timed-out-at-${step}`, changed);
  });

  it('is found from its first moment on, also while there is no worker', async () => {
    const changed = await desk.change(numberChange(), 'nobody-works-here');
    await untilAttributes(changed, {
      saga: ['change-mobile-number'],
      sagaState: ['running'],
      step: ['change'],
      customerId: ['c-1'],
    });
    await changed.handle.terminate();
  });

  it('shows the step that it waits for', async () => {
    const cards = hold();
    desk.bank.next('cards', ...Array.from({ length: 50 }, () => cards.behaviour));
    const changed = await desk.change(numberChange());
    await untilAttributes(changed, { sagaState: ['running'], step: ['cards'] });
    cards.goOn();
    expect(await changed.answer).toEqual({ status: 'confirmed' });
    await desk.record('waited-for-cards', changed);
  });

  it('is rolled back as often as it takes', async () => {
    desk.bank.next('loans', refuse('loan-locked'));
    desk.bank.next('roll-back-cards', fail(503));
    desk.bank.next('roll-back', fail(500), loseAnswer);
    const changed = await desk.change(numberChange());
    expect(await changed.answer).toEqual({ status: 'rejected', reason: 'loan-locked' });
    expect(stateOf(changed)).toEqual(nowhere);
    await desk.record('undo-fails-and-works', changed);
  });

  it('cancelled midway is rolled back; the step that comes late is refused', async () => {
    const cards = hold();
    desk.bank.next('cards', ...Array.from({ length: 20 }, () => cards.behaviour));
    const changed = await desk.change(numberChange());
    await cards.reached;
    await changed.handle.cancel();
    await expect(changed.handle.result()).rejects.toThrow(WorkflowFailedError);
    cards.goOn();
    expect(await cards.status).toBe(409);
    expect(stateOf(changed)).toEqual(nowhere);
    await desk.record('cancelled', changed);
  });

  it('cancelled once loans are asked, goes on: only they can still say no', async () => {
    const loans = hold();
    desk.bank.next('loans', ...Array.from({ length: 50 }, () => loans.behaviour));
    const changed = await desk.change(numberChange());
    await loans.reached;
    await changed.handle.cancel();
    loans.goOn();
    expect(await changed.answer).toEqual({ status: 'confirmed' });
    expect(stateOf(changed)).toEqual(everywhere);
    await desk.record('cancelled-at-the-pivot', changed);
  });
});

describe('an operator', () => {
  const rejected = { status: 'rejected', reason: 'loan-locked' };
  /** A change whose step fails, however often it is asked. */
  const heldUpAt = async (step: string): Promise<Changed> => {
    desk.bank.next(step, ...Array.from({ length: 50 }, () => fail(503)));
    const changed = await desk.change(numberChange());
    await until(async () => expect(keysOf(changed, step).length).toBeGreaterThan(1), {
      what: 'the failing step',
      timeoutMs: 30_000,
    });
    return changed;
  };

  it('can have a roll-back tried at once, under a new key', async () => {
    desk.bank.next('loans', refuse('loan-locked'));
    const changed = await heldUpAt('roll-back-accounts');
    await changed.handle.signal(retryStepSignal, { step: 'roll-back-accounts', by: 'ann' });
    const second = `${changed.changeId}/roll-back-accounts#2`;
    await until(async () => expect(keysOf(changed, 'roll-back-accounts')).toContain(second), {
      what: 'the second round',
      timeoutMs: 10_000,
    });
    desk.bank.reset();
    await changed.handle.signal(retryStepSignal, { step: 'roll-back-accounts', by: 'ann' });
    expect(await changed.answer).toEqual(rejected);
    expect(stateOf(changed)).toEqual(nowhere);
    await desk.record('step-retried', changed);
  });

  it('can skip what is after the pivot', async () => {
    const changed = await heldUpAt('settle');
    await changed.handle.signal(skipStepSignal, { step: 'settle', by: 'ann' });
    expect(await changed.answer).toEqual({ status: 'confirmed' });
    expect(stateOf(changed)).toEqual({ ...everywhere, number: 'open' });
    expect((await changed.steps()).at(-1)).toMatchObject({ state: 'skipped', note: 'skipped by ann' });
    await desk.record('step-skipped', changed);
  });

  it('can abort, and what is rolled back stays so', async () => {
    desk.bank.next('loans', refuse('loan-locked'));
    const changed = await heldUpAt('roll-back');
    await changed.handle.signal(abortSignal, { step: 'roll-back', by: 'ann' });
    await expect(changed.handle.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
    expect(await attributesOf(changed)).toMatchObject({ sagaState: ['aborted'], NeedsAttention: [true] });
    expect(stateOf(changed)).toEqual({ ...nowhere, number: 'open' });
    await desk.record('aborted', changed);
  });
});
