import { randomUUID } from 'node:crypto';
import type { ConsumerLag, DeadLetterResponse } from '@bankside/contracts/http/consumers';
import type { AcceptedReturn, PlacedOrder } from '@bankside/contracts/sagas';
import type { Invoke } from '@bankside/dapr';
import { consumerMigrations } from '@bankside/feed/migrations';
import {
  always,
  fail,
  rejectWith,
  sagaHarness,
  type SagaHarness,
  type SagaRun,
} from '@bankside/saga/testing';
import { createServiceDatabase, until } from '@bankside/tools';
import { fixture } from '@bankside/place-order/testing';
import { fixture as returnFixture } from '@bankside/return-order/testing';
import { WorkflowNotFoundError } from '@temporalio/client';
import { Pool } from 'pg';
import { abortedOrder } from '../../testing/aborted-order';
import { attentionMigrations } from '../migrations';
import { consumerTrouble } from './consumer-trouble';
import { sagaFinisher } from './finish';
import { heldRefund } from './held-refunds';
import { holdOrders } from './hold-orders';
import { attentionRegister, type AttentionRegister } from './register';
import { sagaTrouble, type SagaTrouble } from './saga-trouble';

let pool: Pool;
let register: AttentionRegister;
beforeEach(async () => {
  const { url } = await createServiceDatabase('worker', [consumerMigrations, attentionMigrations]);
  pool = new Pool({ connectionString: url });
  register = attentionRegister(pool);
});
afterEach(() => pool.end());

const page = (query: object = {}) => register.list({ limit: 50, ...query });
/** Temporal deletes a run once it has noted that the run's end is processed, which it does about every half minute. */
const DELETION_MS = 90_000;
const decision = { by: 'ann', reason: 'a test' };

describe('the register of sagas', () => {
  let harness: SagaHarness<PlacedOrder>;
  let trouble: SagaTrouble;
  beforeAll(async () => {
    harness = await sagaHarness(fixture);
  });
  beforeEach(() => {
    trouble = scanner();
  });
  afterAll(() => harness.stop());
  afterEach(() => harness.fakes.reset());

  const scanner = (): SagaTrouble =>
    sagaTrouble({
      register,
      now: Date.now,
      onError: (error) => {
        throw error;
      },
      taskQueue: harness.taskQueue,
    });
  const itemsOf = async (order: SagaRun, state?: string) => {
    await trouble.scan(harness.client);
    return (await page({ sagaId: order.id, ...(state !== undefined && { state }) })).items;
  };
  const untilListed = (order: SagaRun, item: object): Promise<void> =>
    until(async () => expect(await itemsOf(order)).toEqual([expect.objectContaining(item)]), {
      what: `the item ${JSON.stringify(item)}`,
      timeoutMs: 30_000,
    });

  it('keeps an aborted saga until an operator resolves it, however often it is scanned', async () => {
    const order = await abortedOrder(harness);
    await untilListed(order, {
      kind: 'saga',
      cause: 'aborted',
      state: 'open',
      saga: 'place-order',
      orderId: order.id,
      customerId: 'customer-1',
      finish: 'undo',
    });
    const [item] = await itemsOf(order);
    expect(await register.resolve(pool, item!.attentionId, decision)).toBe(true);
    expect(await register.resolve(pool, item!.attentionId, decision)).toBe(false);
    trouble = scanner(); // As after a restart of the worker.
    expect(await itemsOf(order)).toEqual([]);
    expect(await itemsOf(order, 'resolved')).toMatchObject([{ resolvedBy: 'ann', reason: 'a test' }]);
  });

  it('lists a saga that ended without a skipped step', async () => {
    harness.fakes.next('commit', ...always(fail(503)));
    const order = await harness.start();
    await order.untilRequested('commit', 2);
    await order.decide('skip', 'commit/cd-1');
    expect(await order.result()).toMatchObject({ status: 'confirmed' });
    await untilListed(order, { cause: 'skipped', finish: 'complete' });
  });

  it('lists a saga that was terminated, which cannot report it', async () => {
    harness.fakes.next('withdraw', ...always(fail(503)));
    const order = await harness.start();
    await order.untilRequested('withdraw', 2);
    await order.handle.terminate('for the test');
    await untilListed(order, { cause: 'terminated' });
    expect(await itemsOf(order)).toMatchObject([{ finish: 'undo' }]);
  });

  it('reports the order to its owner once, and again only if the owner did not respond', async () => {
    const order = await abortedOrder(harness);
    await untilListed(order, { cause: 'aborted' });
    const sent: string[] = [];
    let status = 503;
    const invoke: Invoke = async (service, method, path) => {
      if (path.includes(order.id)) sent.push(`${service}: ${method} ${path}`);
      return { status, headers: {}, body: {} };
    };
    await holdOrders(register, invoke);
    status = 200;
    await holdOrders(register, invoke);
    await holdOrders(register, invoke);
    expect(sent).toEqual(Array(2).fill(`orders: POST orders/${order.id}/hold`));
  });

  describe('finished by hand', () => {
    const finisher = () => sagaFinisher(register, trouble, () => harness.client, harness.taskQueue);

    it('ends the saga, resolves its item with the reason, and happens once for each key', async () => {
      const order = await abortedOrder(harness);
      harness.fakes.reset();
      const request = { sagaId: order.id, key: randomUUID(), ...decision };
      expect(await finisher().check(order.id)).toBeUndefined();
      await finisher().finish(request);
      await finisher().finish(request);
      await until(async () => expect(order.state()['order']).toBe('rejected'), {
        what: 'the end of the order',
        timeoutMs: 30_000,
      });
      expect(order.state()).toMatchObject({ 'reservation/cd-1': 'released', payment: 'voided' });
      expect(order.requests('reject')).toHaveLength(1);
      expect(await itemsOf(order, 'resolved')).toMatchObject([{ resolvedBy: 'ann', reason: 'a test' }]);
      await order.untilSearchAttributes({ sagaState: ['rejected'] });
      expect(await finisher().check(order.id)).toMatchObject({ options: { name: 'saga-complete' } });
    });

    it('is refused while the saga is running, once it ended by itself, and for an unknown one', async () => {
      harness.fakes.next('withdraw', ...always(fail(503)));
      const order = await harness.start();
      expect(await finisher().check(order.id)).toMatchObject({ options: { name: 'saga-still-running' } });
      harness.fakes.reset();
      expect(await order.result()).toEqual({ status: 'confirmed' });
      expect(await finisher().check(order.id)).toMatchObject({ options: { name: 'saga-complete' } });
      expect(await finisher().check(randomUUID())).toMatchObject({ options: { name: 'not-found' } });
    });

    it(
      'is possible after Temporal has forgotten the saga',
      async () => {
        const order = await abortedOrder(harness);
        await untilListed(order, { cause: 'aborted' });
        harness.fakes.reset();
        const { workflowService } = harness.client;
        await workflowService.deleteWorkflowExecution({
          namespace: 'default',
          workflowExecution: { workflowId: order.id },
        });
        await until(() => expect(order.handle.describe()).rejects.toThrow(WorkflowNotFoundError), {
          what: 'the deletion of the saga',
          timeoutMs: DELETION_MS,
        });
        expect(await finisher().check(order.id)).toBeUndefined();
        await finisher().finish({ sagaId: order.id, key: randomUUID(), ...decision });
        await until(async () => expect(order.state()['order']).toBe('rejected'), {
          what: 'the end of the order',
          timeoutMs: 30_000,
        });
      },
      2 * DELETION_MS,
    );
  });
});

describe('the register of consumers', () => {
  const lag = (state: ConsumerLag['state']): ConsumerLag => ({
    consumer: 'order-status',
    source: 'orders',
    partition: 0,
    position: 7,
    head: 9,
    events: 2,
    seconds: 31,
    state,
    parked: 0,
  });
  const letter: DeadLetterResponse = {
    consumer: 'accounts',
    source: 'customers',
    partition: 0,
    position: 3,
    stream: 'customer-c1',
    type: 'customers.customer-registered.v1',
    state: 'poison',
    reason: 'on purpose',
    at: '2026-01-01T00:00:00.000Z',
  };
  type Reported = Readonly<{ consumers?: readonly ConsumerLag[]; deadLetters?: readonly object[] }>;

  /** Scans with what services report; a service that is not listed has nothing, and `undefined` does not respond. */
  const scan = async (reports: Readonly<Record<string, Reported | undefined>>): Promise<unknown[]> => {
    const errors: unknown[] = [];
    const invoke: Invoke = async (service, _method, path) => {
      const report = service in reports ? reports[service] : {};
      if (report === undefined) return { status: 503, headers: {}, body: {} };
      const { consumers = [], deadLetters = [] } = report;
      return { status: 200, headers: {}, body: path === 'consumers' ? { consumers } : { deadLetters } };
    };
    const own = async () => ({ consumers: [], deadLetters: [] });
    await consumerTrouble({ register, invoke, now: Date.now, own }).scan((error) => errors.push(error));
    return errors;
  };

  it('has a stuck view, which recovers when it moves, and is open again when it is stuck there again', async () => {
    await scan({ projection: { consumers: [lag('stuck')] } });
    expect((await page()).items).toMatchObject([
      { kind: 'consumer', cause: 'stuck', state: 'open', service: 'projection', consumer: 'order-status' },
    ]);
    await scan({ projection: { consumers: [lag('current')] } });
    expect((await page()).items).toMatchObject([{ state: 'recovered' }]);
    expect(await register.counts()).toEqual({ open: 0, recovered: 1 });
    await scan({ projection: { consumers: [lag('stuck')] } });
    expect(await register.counts()).toEqual({ open: 1, recovered: 0 });
  });

  it('has a stream with a dead letter once, and keeps it while the service does not respond', async () => {
    const blocked = { ...letter, position: 4, state: 'blocked' };
    await scan({ accounts: { deadLetters: [letter, blocked] } });
    expect(await scan({ accounts: undefined })).toHaveLength(1);
    expect((await page({ state: 'open' })).items).toMatchObject([
      { kind: 'dead-letter', cause: 'poison', service: 'accounts', stream: 'customer-c1', since: letter.at },
    ]);
    await scan({});
    expect((await page({ state: 'open' })).items).toEqual([]);
  });

  it('has pages, newest first', async () => {
    const letters = [1, 2, 3].map((position) => ({ ...letter, position, stream: `customer-c${position}` }));
    await scan({ accounts: { deadLetters: letters } });
    const first = await page({ limit: 2 });
    expect(first.items.map(({ stream }) => stream)).toEqual(['customer-c3', 'customer-c2']);
    const second = await page({ limit: 2, cursor: first.next });
    expect(second.items.map(({ stream }) => stream)).toEqual(['customer-c1']);
    expect(second).not.toHaveProperty('next');
  });
});

describe('the register of held refunds', () => {
  let harness: SagaHarness<AcceptedReturn>;
  beforeAll(async () => {
    harness = await sagaHarness(returnFixture, {
      recordSaga: (record) => register.record(heldRefund(record)),
    });
  });
  afterAll(() => harness.stop());
  afterEach(() => harness.fakes.reset());

  it('has a refund that no account takes, until an operator resolves it with a reason', async () => {
    harness.fakes.next('credit-account', rejectWith('no-account-for-refund'));
    const held = await harness.start();
    await held.result();
    const [item, ...more] = (await page()).items;
    expect(more).toEqual([]);
    expect(item).toMatchObject({ kind: 'refund', cause: 'held', state: 'open', saga: 'return-order' });
    expect(item).toMatchObject({ sagaId: held.id, orderId: expect.any(String) as string });
    await register.record([], { kind: 'saga' });
    expect((await page()).items).toEqual([item]);
    expect(await register.resolve(pool, item!.attentionId, decision)).toBe(true);
    expect(await register.counts()).toEqual({ open: 0, recovered: 0 });
  });

  it('has none for a refund that has arrived', async () => {
    await (await harness.start()).result();
    expect((await page()).items).toEqual([]);
  });
});
