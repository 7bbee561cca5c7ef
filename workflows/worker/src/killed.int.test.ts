// Every saga at each of its steps when its worker is killed: right before the step has its effect, and right after.
import { randomUUID } from 'node:crypto';
import { numberChange, openDesk as openNumbers } from '@bankside/change-mobile-number/testing';
import { openDesk as openCards, payment } from '@bankside/pay-card/testing';
import { openShop, order, type Shop } from '@bankside/place-order/testing';
import { fail, hold, loseAnswer, refuse, type Bank } from '@bankside/saga/testing';
import { sharedAddress, START_WITHIN_MS, until } from '@bankside/tools';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { bundle, startWorker } from '../testing/all-sagas';
import { mortalWorker } from '../testing/mortal-worker';

const SAGAS = ['place-order', 'pay-card', 'change-mobile-number'] as const;
type Saga = (typeof SAGAS)[number];
type End = 'confirmed' | 'rejected' | 'failed' | 'cancelled';
/** The end that a saga is on its way to when its worker dies, or that it is cancelled while there is no worker. */
type Way = End | 'left';

/** Each step, by the way that comes by it. */
const STEPS: Readonly<Record<Saga, Partial<Record<Way, readonly string[]>>>> = {
  'place-order': {
    confirmed: ['reserve', 'authorize', 'withdraw', 'capture', 'commit', 'confirm'],
    rejected: ['void', 'release', 'reject'],
    failed: ['cancel-withdrawal'],
    cancelled: ['cancel'],
    left: ['reserve', 'authorize', 'withdraw'],
  },
  'pay-card': { confirmed: ['withdraw', 'credit'], rejected: ['cancel-withdrawal'], left: ['withdraw'] },
  'change-mobile-number': {
    confirmed: ['change', 'accounts', 'cards', 'loans', 'settle'],
    rejected: ['roll-back-cards', 'roll-back-accounts', 'roll-back'],
    left: ['change', 'accounts', 'cards'],
  },
};
/** What leads to the end, of all steps before the one at which the worker dies. */
const LEADS: Readonly<Record<Saga, Partial<Record<Way, (bank: Bank, id: string) => void>>>> = {
  'place-order': {
    rejected: (bank, id) => bank.nextOf(id, 'withdraw', refuse('insufficient-funds', 422)),
    failed: (bank, id) => bank.nextOf(id, 'withdraw', loseAnswer, ...always(fail(400, 'invalid-request'))),
    cancelled: (bank, id) => bank.nextOf(id, 'withdraw', ...always(hold().behaviour)),
  },
  'pay-card': { rejected: (bank, id) => bank.nextOf(id, 'credit', refuse('payment-exceeds-debt', 422)) },
  'change-mobile-number': { rejected: (bank, id) => bank.nextOf(id, 'loans', refuse('loan-locked')) },
};
const undoneOrder = { 'reservation/cd-1': 'released', payment: 'voided' };
const noNumber = { number: 'rolled-back', accounts: 'rolled-back', cards: 'rolled-back' };
/** Where everything stands then. */
const STATES: Readonly<Record<Saga, Partial<Record<End, object>>>> = {
  'place-order': {
    confirmed: { 'reservation/cd-1': 'committed', payment: 'captured', money: 'taken', order: 'confirmed' },
    rejected: { ...undoneOrder, order: 'rejected' },
    failed: { ...undoneOrder, money: 'returned', order: 'rejected' },
    cancelled: { ...undoneOrder, money: 'returned', order: 'cancelled' },
  },
  'pay-card': {
    confirmed: { withdrawal: 'made', card: 'paid' },
    rejected: { withdrawal: 'cancelled' },
    cancelled: { withdrawal: 'cancelled' },
  },
  'change-mobile-number': {
    confirmed: { number: 'settled', accounts: 'acknowledged', cards: 'acknowledged', loans: 'acknowledged' },
    rejected: noNumber,
    cancelled: noNumber,
  },
};

type Story = Readonly<{ saga: Saga; step: string; moment: 'before' | 'after'; way: Way }>;
const stories: readonly Story[] = SAGAS.flatMap((saga) =>
  Object.entries(STEPS[saga]).flatMap(([way, steps]) =>
    steps.flatMap((step) =>
      (['before', 'after'] as const).map((moment) => ({ saga, step, moment, way: way as Way })),
    ),
  ),
);
/** For every attempt that there may be. */
const always = <T>(one: T): readonly T[] => Array.from({ length: 50 }, () => one);
const titleOf = ({ saga, step, moment, way }: Story): string =>
  `${saga} ${moment} ${step}${way === 'left' ? ', and cancelled meanwhile' : ''}`;

/** Runs that are kept for the replay tests. */
const KEPT: Readonly<Record<string, string>> = {
  'place-order before withdraw': 'worker-died',
  'place-order after withdraw, and cancelled meanwhile': 'cancelled-after-a-worker-died',
};

const endOf = (handle: WorkflowHandle): Promise<End> =>
  handle.result().then(
    ({ status }: Readonly<{ status: End }>) => status,
    (error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return error.cause instanceof CancelledFailure ? 'cancelled' : 'failed';
    },
  );

describe('a saga whose worker is killed goes on elsewhere, with each step under one key:', () => {
  const address = sharedAddress('TEMPORAL');
  const taskQueue = `test-${randomUUID()}`;
  const open: Array<() => Promise<void>> = [];
  const told = new Map<string, Readonly<{ bank: Bank; id: string; handle: WorkflowHandle }>>();
  let shop: Shop;
  afterAll(async () => {
    for (const close of open) await close();
  });

  beforeAll(async () => {
    shop = await openShop(address, { record: process.env['RECORD_HISTORIES'] === '1' });
    const [cards, numbers] = await Promise.all([openCards(address), openNumbers(address)]);
    open.push(shop.close, cards.close, numbers.close);
    const banks = {
      placeOrder: shop.bank.url,
      payCard: cards.bank.url,
      changeMobileNumber: numbers.bank.url,
    };
    const lines = [{ sku: 'cd-1', quantity: 1, unitPriceCents: 2933 }];

    const begin: Readonly<Record<Saga, (id: string) => Promise<Readonly<{ handle: WorkflowHandle }>>>> = {
      'place-order': (id) => shop.place(order({ orderId: id, lines }), taskQueue),
      'pay-card': (id) => cards.pay(payment({ paymentId: id }), taskQueue),
      'change-mobile-number': (id) => numbers.change({ ...numberChange(), changeId: id }, taskQueue),
    };
    const bankOf = { 'place-order': shop.bank, 'pay-card': cards.bank, 'change-mobile-number': numbers.bank };

    const workflowBundle = await bundle();
    const worker = await mortalWorker(address, { taskQueue, workflowBundle, banks });
    open.unshift(worker.kill);
    const held = await Promise.all(
      stories.map(async (story) => {
        const { saga, step, moment, way } = story;
        const [bank, id, there] = [bankOf[saga], randomUUID(), hold(moment)];
        LEADS[saga][way]?.(bank, id);
        bank.nextOf(id, step, ...always(there.behaviour));
        const { handle } = await begin[saga](id);
        told.set(titleOf(story), { bank, id, handle });
        if (way === 'cancelled') {
          const asked = () => bank.calls(id).filter(({ name }) => name === 'withdraw').length;
          await until(async () => expect(asked()).toBeGreaterThan(1), {
            what: 'the step',
            timeoutMs: 30_000,
          });
          await handle.cancel();
        }
        await there.reached;
        return { ...there, leave: () => (way === 'left' ? handle.cancel() : undefined) };
      }),
    );
    await worker.kill();
    for (const { goOn, leave } of held) {
      goOn();
      await leave();
    }
    const successor = await startWorker(address, { taskQueue, workflowBundle, banks });
    open.unshift(successor.stop);
  }, START_WITHIN_MS);

  it.each(stories.map((story) => [titleOf(story), story] as const))('%s', async (title, { saga, way }) => {
    const end = way === 'left' ? 'cancelled' : way;
    const { bank, id, handle } = told.get(title)!;
    expect(await endOf(handle)).toBe(end);
    expect(bank.state(id)).toEqual(STATES[saga][end]);
    const calls = bank.calls(id);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(new Set(calls.map(({ name }) => name)).size);
    if (title in KEPT) await shop.record(KEPT[title]!, { handle });
  });
});
