// The ends of a saga: everything done, or everything undone.
import { sharedAddress } from '@bankside/tools';
import { WorkflowFailedError } from '@temporalio/client';
import { fail, refuse } from '../testing/bank';
import { CARD, namesOf, openShop, order, type Shop } from '../testing/shop';

const confirmed = {
  'reservation/cd-1': 'committed',
  'reservation/cd-2': 'committed',
  payment: 'captured',
  money: 'taken',
  order: 'confirmed',
};

/** What Temporal's UI asks a workflow for. */
const METADATA = '__temporal_workflow_metadata';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop(sharedAddress('TEMPORAL'), {
    record: process.env['RECORD_HISTORIES'] === '1',
  });
});
afterAll(() => shop.close());
afterEach(() => shop.bank.reset());

describe('placing an order', () => {
  it('confirms one that is paid from an account', async () => {
    const placed = await shop.place(order());
    expect(await placed.result()).toEqual({ status: 'confirmed' });
    expect(shop.bank.state(placed.orderId)).toEqual(confirmed);
    expect((await placed.handle.describe()).searchAttributes).toMatchObject({
      saga: ['place-order'],
      sagaState: ['confirmed'],
      step: ['confirm'],
      customerId: ['customer-1'],
      orderId: [placed.orderId],
    });
    await shop.record('confirmed-by-account', placed);
  });

  it('confirms one that is paid by card', async () => {
    const placed = await shop.place(order({ payWith: { card: CARD } }));
    expect(await placed.result()).toEqual({ status: 'confirmed' });
    expect(shop.bank.state(placed.orderId)).toEqual(confirmed);
    expect(namesOf(shop.bank.calls(placed.orderId))).toContain('charge');
    await shop.record('confirmed-by-card', placed);
  });

  it('moves no money for a free order, but has a payment', async () => {
    const placed = await shop.place(order({ totalCents: 0 }));
    expect(await placed.result()).toEqual({ status: 'confirmed' });
    const { money: _none, ...rest } = confirmed;
    expect(shop.bank.state(placed.orderId)).toEqual(rest);
    await shop.record('confirmed-free', placed);
  });

  it('takes each step once, in order, under a key of its own', async () => {
    const { orderId, result } = await shop.place(
      order({ lines: [{ sku: 'cd-1', quantity: 2, unitPriceCents: 1 }] }),
    );
    await result();
    expect(shop.bank.calls(orderId).map(({ name, key }) => [name, key])).toEqual([
      ['reserve', `${orderId}/reserve/cd-1`],
      ['authorize', `${orderId}/authorize`],
      ['withdraw', `${orderId}/withdraw`],
      ['capture', `${orderId}/capture`],
      ['commit', `${orderId}/commit/cd-1`],
      ['confirm', `${orderId}/confirm`],
    ]);
  });

  it('tries again under the same key while a service is unavailable', async () => {
    shop.bank.next('withdraw', fail(503), fail(500), fail(429));
    const placed = await shop.place(order());
    expect(await placed.result()).toEqual({ status: 'confirmed' });
    const withdrawals = shop.bank.calls(placed.orderId).filter(({ name }) => name === 'withdraw');
    expect(withdrawals.map(({ key }) => key)).toEqual(Array(4).fill(`${placed.orderId}/withdraw`));
    expect((await placed.steps()).find(({ step }) => step === 'withdraw')).toMatchObject({
      state: 'done',
      attempts: 4,
    });
  });

  it('takes two tasks of the server, however many lines the order has', async () => {
    const lines = Array.from({ length: 5 }, (_, line) => ({
      sku: `cd-${line}`,
      quantity: 1,
      unitPriceCents: 100,
    }));
    const placed = await shop.place(order({ lines }));
    await placed.result();
    const { events } = await placed.handle.fetchHistory();
    const count = (attributes: string) => events?.filter((event) => Object.hasOwn(event, attributes)).length;
    expect(count('workflowTaskScheduledEventAttributes')).toBe(2);
    expect(count('activityTaskScheduledEventAttributes')).toBe(1);
  });

  it('is not started twice', async () => {
    const one = order();
    await (await shop.place(one)).result();
    await expect(shop.place(one)).rejects.toThrow(/already started/);
  });
});

describe('a refusal', () => {
  const refusals = [
    { step: 'reserve', reason: 'out-of-stock', undone: ['release'] },
    { step: 'authorize', reason: 'payment-voided', undone: ['release', 'release'] },
    { step: 'withdraw', reason: 'insufficient-funds', undone: ['void', 'release', 'release'] },
  ];

  it.each(refusals)(
    'at $step undoes what was done before, newest first',
    async ({ step, reason, undone }) => {
      shop.bank.next(step, refuse(reason, 422));
      const placed = await shop.place(order());
      expect(await placed.result()).toEqual({ status: 'rejected', reason });
      const names = namesOf(shop.bank.calls(placed.orderId));
      expect(names.slice(names.indexOf(undone[0]!))).toEqual([...undone, 'reject']);
      expect(shop.bank.calls(placed.orderId).at(-1)?.body).toEqual({ reason });
      await shop.record(`refused-at-${step}`, placed);
    },
  );

  it('by the card leaves no charge', async () => {
    shop.bank.next('charge', refuse('card-blocked'));
    const placed = await shop.place(order({ payWith: { card: CARD } }));
    expect(await placed.result()).toEqual({ status: 'rejected', reason: 'card-blocked' });
    expect(shop.bank.state(placed.orderId)).toEqual({
      'reservation/cd-1': 'released',
      'reservation/cd-2': 'released',
      payment: 'voided',
      order: 'rejected',
    });
    await shop.record('refused-by-card', placed);
  });

  it('shows in the steps what was refused and what was undone', async () => {
    shop.bank.next('withdraw', refuse('insufficient-funds', 422));
    const placed = await shop.place(order({ lines: [{ sku: 'cd-1', quantity: 1, unitPriceCents: 2933 }] }));
    await placed.result();
    const steps = await placed.steps();
    expect(steps.map(({ step, state, compensation: undo }) => [step, state, undo?.state])).toEqual([
      ['reserve/cd-1', 'done', 'done'],
      ['authorize', 'done', 'done'],
      ['withdraw', 'rejected', 'pending'],
      ['capture', 'pending', undefined],
      ['commit/cd-1', 'pending', undefined],
      ['confirm', 'pending', undefined],
      ['reject', 'done', undefined],
    ]);
    expect(steps[2]).toMatchObject({ note: 'insufficient-funds', attempts: 1 });
    const { searchAttributes } = await placed.handle.describe();
    expect(searchAttributes).toMatchObject({ sagaState: ['rejected'], step: ['withdraw'] });
  });

  it('can be read off the page that Temporal has of it', async () => {
    shop.bank.next('withdraw', refuse('insufficient-funds', 422));
    shop.bank.next('void', fail(503));
    const placed = await shop.place(order({ lines: [{ sku: 'cd-1', quantity: 2, unitPriceCents: 1466 }] }));
    await placed.result();
    const { staticSummary, staticDetails } = await placed.handle.describe();
    expect(await staticSummary()).toBe('Order of 2933 cents EUR by customer customer-1');
    expect(await staticDetails()).toBe('- 2 × cd-1 at 1466 cents');
    const { currentDetails } = await placed.handle.query<{ currentDetails: string }>(METADATA);
    expect(currentDetails.split('\n').filter(Boolean)).toEqual([
      '**place-order**',
      '- ✔ **reserve/cd-1** Reserve 2 × cd-1',
      '  - ✔ **release/cd-1** Release cd-1',
      '- ✔ **authorize** Authorize a payment of 2933 cents EUR',
      '  - ✔ **void** Void the payment (2 attempts)',
      '- ✘ **withdraw** Withdraw from account 1000000017 — insufficient-funds',
      '- ◌ **capture** Capture the payment',
      '- ◌ **commit/cd-1** Take cd-1 out of stock',
      '- ◌ **confirm** Confirm the order',
      '- ✔ **reject** Reject the order: insufficient-funds',
    ]);
  });
});

describe('an answer that only a bug can bring', () => {
  it.each([
    ['400', fail(400, 'invalid-request')],
    ['a problem without a name', fail(409)],
    ['a key that was used for something else', fail(422, 'idempotency-key-reused')],
  ])(
    '%s undoes all, tells the order, and fails the workflow for a person to look',
    async (what, behaviour) => {
      shop.bank.next('withdraw', behaviour);
      const placed = await shop.place(order());
      await expect(placed.result()).rejects.toThrow(WorkflowFailedError);
      expect(shop.bank.state(placed.orderId)).toEqual({
        'reservation/cd-1': 'released',
        'reservation/cd-2': 'released',
        payment: 'voided',
        money: 'returned',
        order: 'rejected',
      });
      const { status, searchAttributes } = await placed.handle.describe();
      expect(status.name).toBe('FAILED');
      expect(searchAttributes).toMatchObject({
        NeedsAttention: [true],
        sagaState: ['failed'],
        saga: ['place-order'],
      });
      if (what === '400') await shop.record('failed', placed);
    },
  );
});
