// What goes wrong around a saga: lost answers, cancellation, undo that fails. Of workers that die see the tests of the worker.
import { abortSignal, decideUpdate, requestsQuery, retryStepSignal, skipStepSignal } from '@bankside/saga';
import { KEY_REUSED, type KeyedRequest } from '@bankside/saga/start';
import { sharedAddress, until } from '@bankside/tools';
import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { fail, hold, loseAnswer, neverAnswer, refuse } from '../testing/bank';
import { ACCOUNT, CARD, namesOf, openShop, order, type Placed, type Shop } from '../testing/shop';

const undone = {
  'reservation/cd-1': 'released',
  'reservation/cd-2': 'released',
  payment: 'voided',
  money: 'returned',
};

/** For every attempt that there may be. */
const failing = Array.from({ length: 50 }, () => fail(503));

const ONE_LINE = { sku: 'cd-1', quantity: 1, unitPriceCents: 2933 };

let shop: Shop;
/** It cannot be undone. It takes a while until a person is asked to look, during which the other tests run. */
let stuck: Placed;
beforeAll(async () => {
  shop = await openShop(sharedAddress('TEMPORAL'), { record: process.env['RECORD_HISTORIES'] === '1' });
  const one = order();
  shop.bank.nextOf(one.orderId, 'withdraw', refuse('insufficient-funds', 422));
  shop.bank.nextOf(one.orderId, 'void', ...failing);
  stuck = await shop.place(one);
  await untilAsked(stuck, 'void', 1);
});
afterAll(() => shop.close());
afterEach(() => shop.bank.reset());

const callsOf = (placed: Placed, step: string) =>
  shop.bank.calls(placed.orderId).filter(({ name }) => name === step);
const untilAsked = (placed: Placed, step: string, times: number) =>
  until(async () => expect(callsOf(placed, step).length).toBeGreaterThanOrEqual(times), {
    what: step,
    timeoutMs: 30_000,
  });
const attributesOf = async ({ handle }: Placed) => (await handle.describe()).searchAttributes;
const untilAttention = (placed: Placed, wanted: boolean) =>
  until(async () => expect(await attributesOf(placed)).toMatchObject({ NeedsAttention: [wanted] }), {
    what: 'the call for a person',
    timeoutMs: 40_000,
  });
const stepOf = async (placed: Placed, name: string) => {
  const steps = (await placed.steps()).flatMap(({ compensation: undo, ...step }) =>
    undo ? [step, undo] : [step],
  );
  return steps.find(({ step }) => step === name);
};

describe('a step that happened and was not heard of', () => {
  it('is asked again under the same key, and the order is confirmed', async () => {
    shop.bank.next('withdraw', loseAnswer, neverAnswer);
    const placed = await shop.place(order());
    expect(await placed.result()).toEqual({ status: 'confirmed' });
    expect(new Set(callsOf(placed, 'withdraw').map(({ key }) => key)).size).toBe(1);
    expect(callsOf(placed, 'withdraw')).toHaveLength(3);
    await shop.record('waited-for-withdraw', placed);
  });

  it.each([
    ['withdraw', { account: ACCOUNT }],
    ['charge', { card: CARD }],
  ])('is undone when the saga turns back at %s', async (step, payWith) => {
    shop.bank.next(step, neverAnswer, fail(400, 'invalid-request'));
    const placed = await shop.place(order({ payWith }));
    await expect(placed.result()).rejects.toThrow(WorkflowFailedError);
    expect(shop.bank.state(placed.orderId)).toEqual({ ...undone, order: 'rejected' });
  });

  it.each([
    ['confirmed', ['reserve', 'authorize', 'charge', 'capture', 'commit', 'confirm']],
    ['rejected', ['void', 'release', 'reject']],
  ])('is asked again, whichever it is of an order that is %s', async (end, steps) => {
    if (end === 'rejected') shop.bank.next('charge', refuse('card-blocked'));
    for (const step of steps) shop.bank.next(step, loseAnswer);
    const placed = await shop.place(order({ payWith: { card: CARD }, lines: [ONE_LINE] }));
    expect(await placed.result()).toMatchObject({ status: end });
    for (const step of steps) {
      const keys = callsOf(placed, step).map(({ key }) => key);
      expect([step, keys]).toEqual([step, Array(2).fill(keys[0])]);
    }
    expect(shop.bank.state(placed.orderId)).toMatchObject({ order: end });
  });
});

describe('cancelling a saga', () => {
  it('before the pivot undoes all and cancels the order; a step that comes late is refused', async () => {
    const [first, second] = [hold(), hold()];
    shop.bank.next('withdraw', first.behaviour, second.behaviour);
    const placed = await shop.place(order());
    await second.reached;
    await placed.handle.cancel();
    const error: unknown = await placed.result().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect(shop.bank.state(placed.orderId)).toEqual({ ...undone, order: 'cancelled' });
    expect(callsOf(placed, 'cancel')[0]?.body).toEqual({ reason: 'cancelled' });
    first.goOn();
    second.goOn();
    expect([await first.status, await second.status]).toEqual([409, 409]);
    expect(shop.bank.state(placed.orderId)).toEqual({ ...undone, order: 'cancelled' });
    expect(await attributesOf(placed)).toMatchObject({ sagaState: ['cancelled'] });
    await shop.record('cancelled-before-the-pivot', placed);
  });

  it('after the pivot changes nothing', async () => {
    const capture = hold();
    shop.bank.next('capture', capture.behaviour);
    const placed = await shop.place(order());
    await capture.reached;
    await placed.handle.cancel();
    capture.goOn();
    expect(await placed.result()).toEqual({ status: 'confirmed' });
    await shop.record('cancelled-after-the-pivot', placed);
  });

  it('while it is undone does not stop the undo', async () => {
    const release = hold();
    shop.bank.next('authorize', refuse('payment-voided'));
    shop.bank.next('release', release.behaviour);
    const placed = await shop.place(order());
    await release.reached;
    await placed.handle.cancel();
    release.goOn();
    expect(await placed.result()).toEqual({ status: 'rejected', reason: 'payment-voided' });
    await shop.record('cancelled-while-compensating', placed);
  });
});

describe('what must be done', () => {
  it('is tried until it works', async () => {
    shop.bank.next('withdraw', refuse('insufficient-funds', 422));
    shop.bank.next('void', fail(500), fail(404, 'payment-not-found'), fail(503));
    const placed = await shop.place(order());
    expect(await placed.result()).toEqual({ status: 'rejected', reason: 'insufficient-funds' });
    expect(await stepOf(placed, 'void')).toMatchObject({ state: 'done', attempts: 4 });
    const keys = callsOf(placed, 'void').map(({ key }) => key);
    expect(keys).toEqual(Array(4).fill(`${placed.orderId}/void`));
    await shop.record('undo-fails-and-works', placed);
  });

  it('is not given up after the pivot, not even when it is refused', async () => {
    shop.bank.next('capture', fail(409, 'payment-busy'), fail(503));
    const placed = await shop.place(order());
    expect(await placed.result()).toEqual({ status: 'confirmed' });
    expect(callsOf(placed, 'capture')).toHaveLength(3);
  });
});

describe('an operator', () => {
  const placeWithVoidThatFails = async (): Promise<Placed> => {
    shop.bank.next('withdraw', refuse('insufficient-funds', 422));
    shop.bank.next('void', ...failing);
    const placed = await shop.place(order());
    await untilAsked(placed, 'void', 2);
    return placed;
  };

  it('can skip a step, and only the one that is running', async () => {
    const placed = await placeWithVoidThatFails();
    await placed.handle.signal(skipStepSignal, { step: 'release/cd-1', by: 'ann' });
    await placed.handle.signal(skipStepSignal, { step: 'void', by: 'ann' });
    expect(await placed.result()).toEqual({ status: 'rejected', reason: 'insufficient-funds' });
    expect(await stepOf(placed, 'void')).toMatchObject({ state: 'skipped', note: 'skipped by ann' });
    expect(await stepOf(placed, 'release/cd-1')).toMatchObject({ state: 'done' });
    expect(namesOf(shop.bank.calls(placed.orderId)).slice(-3)).toEqual(['release', 'release', 'reject']);
    await shop.record('step-skipped', placed);
  });

  it('is taken at their word once for each key, and not for another request under it', async () => {
    const placed = await placeWithVoidThatFails();
    const ask = (request: Partial<KeyedRequest>) =>
      placed.handle.executeUpdate(decideUpdate, {
        args: [{ key: 'k1', action: 'retry', step: 'nothing', by: 'ann', ...request }],
      });
    await ask({});
    await ask({});
    for (const other of [{ step: 'void' }, { action: 'skip' }] as const)
      await expect(ask(other)).rejects.toMatchObject({ cause: { type: KEY_REUSED } });
    await ask({ key: 'k2', action: 'skip', step: 'void' });
    expect(await placed.result()).toEqual({ status: 'rejected', reason: 'insufficient-funds' });
    expect(await stepOf(placed, 'void')).toMatchObject({ state: 'skipped', note: 'skipped by ann' });
    expect((await placed.handle.query(requestsQuery)).map(({ key }) => key)).toEqual(['k1', 'k2']);
  });

  it('can abort; the saga then fails where it stands', async () => {
    const placed = await placeWithVoidThatFails();
    await placed.handle.signal(abortSignal, { step: 'void', by: 'ann' });
    await expect(placed.result()).rejects.toMatchObject({
      cause: { type: 'Aborted', message: 'void: aborted by ann' },
    });
    expect(await attributesOf(placed)).toMatchObject({ sagaState: ['aborted'], NeedsAttention: [true] });
    expect(shop.bank.state(placed.orderId)).toMatchObject({
      'reservation/cd-1': 'held',
      payment: 'authorized',
    });
    await shop.record('aborted', placed);
  });

  it('aborts what is undone beside it, too', async () => {
    shop.bank.next('authorize', refuse('payment-voided'));
    shop.bank.next('release', ...failing);
    const placed = await shop.place(order());
    await untilAsked(placed, 'release', 3);
    await placed.handle.signal(abortSignal, { step: 'release/cd-2' });
    await expect(placed.result()).rejects.toMatchObject({ cause: { type: 'Aborted' } });
  });
});

describe('what must be done and cannot be', () => {
  it('asks for a person after ten attempts, goes on, and withdraws the call when it is done', async () => {
    await untilAttention(stuck, true);
    expect(await attributesOf(stuck)).toMatchObject({ sagaState: ['compensating'], step: ['void'] });
    expect(await stepOf(stuck, 'void')).toMatchObject({ state: 'running' });
    await untilAsked(stuck, 'void', 11);
    shop.bank.nextOf(stuck.orderId, 'void');
    await stuck.handle.signal(retryStepSignal, { step: 'void' });
    expect(await stuck.result()).toEqual({ status: 'rejected', reason: 'insufficient-funds' });
    const { events } = await stuck.handle.fetchHistory();
    const ids = events?.flatMap(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityId ?? [],
    );
    expect(ids).toEqual(expect.arrayContaining(['void', 'void#2', 'void#3']));
    const keys = callsOf(stuck, 'void').map(({ key }) => key.slice(stuck.orderId.length + 1));
    expect(keys.slice(0, 11)).toEqual([...Array<string>(10).fill('void'), 'void#2']);
    expect(keys.at(-1)).toBe('void#3');
    await untilAttention(stuck, false);
    await shop.record('needed-attention', stuck);
  });
});
