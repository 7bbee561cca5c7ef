import type { AcceptedReturn } from '@bankside/contracts/sagas';
import {
  always,
  fail,
  loseResponse,
  rejectWith,
  sagaHarness,
  type SagaHarness,
} from '@bankside/saga/testing';
import { CARD, fixture } from '../testing';

const taken = { verification: 'verified', 'restocked/cd-1': 'free', 'written-off/cd-1': 'gone' };
const completed = { ...taken, refund: 'refunded', return: 'completed' };
const byCard = { payWith: { card: CARD } };

let harness: SagaHarness<AcceptedReturn>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('an accepted return', () => {
  it('verifies itself, refunds the payment, and only then takes back the pieces and credits the account', async () => {
    const one = await harness.start();
    expect(await one.result()).toEqual({ status: 'confirmed' });
    expect(one.state()).toEqual({ ...completed, money: 'on-account' });
    const steps = one.requestedSteps();
    expect(steps.slice(0, 2)).toEqual(['verify', 'refund']);
    expect(steps.slice(2, -1).sort()).toEqual(['credit-account', 'restock', 'write-off']);
    expect(steps.at(-1)).toBe('complete');
    expect(one.requests('credit-account')[0]?.body).toMatchObject({
      account: '1000000017',
      amountCents: 4497,
    });
    await harness.record('to-account', one);
  });

  it('credits the card that paid', async () => {
    const one = await harness.start(byCard);
    expect(await one.result()).toEqual({ status: 'confirmed' });
    expect(one.state()).toEqual({ ...completed, money: 'on-card' });
    await harness.record('to-card', one);
  });

  it('credits an account of the customer when the card is blocked', async () => {
    harness.fakes.next('credit-card', rejectWith('card-blocked'));
    const one = await harness.start(byCard);
    expect(await one.result()).toEqual({ status: 'confirmed' });
    expect(one.state()).toEqual({ ...completed, money: 'on-account' });
    expect(one.requests('credit-account')[0]?.body).not.toHaveProperty('account');
    await harness.record('to-account-of-card', one);
  });

  it.each([
    ['account', {}, ['credit-account']],
    ['card', byCard, ['credit-card', 'credit-account']],
  ])('is held when neither the %s nor another account takes the money', async (payer, payWith, steps) => {
    for (const step of steps) harness.fakes.next(step, rejectWith('no-account-for-refund'));
    const one = await harness.start(payWith);
    expect(await one.result()).toEqual({ status: 'confirmed' });
    expect(one.state()).toEqual({ ...completed, money: 'held' });
    expect((await one.steps()).slice(-steps.length).map(({ step, state }) => [step, state])).toContainEqual([
      'hold-refund',
      'done',
    ]);
    await harness.record(`held-for-${payer}`, one);
  });

  it('waits for an account that is unavailable, instead of holding the money', async () => {
    harness.fakes.next('credit-account', fail(503), loseResponse, fail(500));
    const one = await harness.start();
    expect(await one.result()).toEqual({ status: 'confirmed' });
    expect(one.state()).toEqual({ ...completed, money: 'on-account' });
    expect(new Set(one.keys('credit-account')).size).toBe(1);
    await harness.record('credit-retried', one);
  });

  it('moves no money where none was paid', async () => {
    const one = await harness.start({ refundCents: 0, payWith: undefined });
    expect(await one.result()).toEqual({ status: 'confirmed' });
    expect(one.state()).toEqual({ ...taken, return: 'completed' });
    await harness.record('free', one);
  });
});

describe('a return that payments or orders rejects', () => {
  it.each([
    ['verify', 'return-differs', {}],
    ['refund', 'refund-exceeds-payment', { verification: 'verified' }],
  ])('at %s is rejected, and nothing moves', async (step, reason, rest) => {
    harness.fakes.next(step, rejectWith(reason));
    const one = await harness.start();
    expect(await one.result()).toEqual({ status: 'rejected', reason });
    expect(one.state()).toEqual({ ...rest, return: 'rejected' });
    await harness.record(`rejected-at-${step}`, one);
  });

  it('ends where its owner knows no such return', async () => {
    harness.fakes.next('verify', ...always(rejectWith('return-not-found', 404)));
    harness.fakes.next('reject', rejectWith('return-not-found', 404));
    const one = await harness.start();
    expect(await one.result()).toEqual({ status: 'rejected', reason: 'return-not-found' });
  });
});
