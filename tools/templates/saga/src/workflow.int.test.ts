import { describeSaga, sagaHarness, type SagaHarness } from '@bankside/saga/testing';
import type { GadgetInput } from '../contract';
import { fixture } from '../testing';

let harness: SagaHarness<GadgetInput>;
beforeAll(async () => {
  harness = await sagaHarness(fixture, { record: process.env['RECORD_HISTORIES'] === '1' });
});
afterAll(() => harness.stop());
afterEach(() => harness.fakes.reset());

describe('the saga gadget', () => {
  describeSaga(fixture, {
    harness: () => harness,
    requests: (_input, id) => [
      { step: 'withdraw', body: { withdrawalId: id, amountCents: 2933 } },
      { step: 'deposit', body: { amountCents: 2933 } },
    ],
    rejections: [
      { step: 'withdraw', reasons: ['insufficient-funds'], requested: ['withdraw'], state: {} },
      {
        step: 'deposit',
        reasons: ['account-not-open'],
        requested: ['withdraw', 'deposit', 'cancel-withdrawal'],
        state: { withdrawal: 'cancelled' },
      },
    ],
    retried: ['withdraw', 'deposit'],
    pivot: 'deposit',
    compensation: 'cancel-withdrawal',
    waits: false,
  });
});
