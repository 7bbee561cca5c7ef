import type { PlacedOrder } from '@bankside/contracts/sagas';
import { fixture } from '@bankside/place-order/testing';
import type { SagaRecord } from '@bankside/saga/client';
import {
  CORRELATION,
  fail,
  rejectWith,
  sagaHarness,
  type SagaHarness,
  type SagaRun,
} from '@bankside/saga/testing';
import { createServiceDatabase, until } from '@bankside/tools';
import { Pool } from 'pg';
import { abortedOrder } from '../testing/aborted-order';
import { sagaRecordMigrations } from './migrations';
import { sagaRecords, type SagaRecords } from './saga-records';

const WITHIN_MS = 30_000;

let pool: Pool;
let records: SagaRecords;
let harness: SagaHarness<PlacedOrder>;
let database: 'up' | 'down' | 'silent' = 'up';
let attempts = 0;
const hanging: (() => void)[] = [];

/** Stores a record, unless the database is down on purpose. */
const recordSaga = async (record: SagaRecord): Promise<void> => {
  attempts += 1;
  if (database === 'down') throw new Error('down on purpose');
  if (database === 'silent') return new Promise((resolve) => hanging.push(resolve));
  return records.store(record);
};

beforeAll(async () => {
  const { url } = await createServiceDatabase('worker', [sagaRecordMigrations]);
  pool = new Pool({ connectionString: url });
  records = sagaRecords(pool);
  harness = await sagaHarness(fixture, { recordSaga });
});
afterAll(async () => {
  for (const respond of hanging) respond();
  await harness.stop();
  await pool.end();
});
afterEach(() => {
  database = 'up';
  harness.fakes.reset();
});

const of = async ({ id }: SagaRun) => (await records.list({ limit: 10, orderId: id })).records;
const stateOf = (record: SagaRecord | undefined, name: string) =>
  record?.steps.flatMap(({ compensation, ...step }) => [step, compensation]).find((one) => one?.step === name)
    ?.state;

describe('the record of a saga', () => {
  it('has the steps of a confirmed order, its ids and its times', async () => {
    const order = await harness.start();
    await order.result();
    const [record, ...more] = await of(order);
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      sagaId: order.id,
      workflowType: 'placeOrder',
      saga: 'place-order',
      state: 'confirmed',
      needsAttention: false,
      finishing: false,
      correlationId: CORRELATION,
      customerId: 'customer-1',
      orderId: order.id,
    });
    expect(record!.endedAt >= record!.startedAt).toBe(true);
    expect(record!.steps).toEqual(await order.steps());
    expect(await records.find(order.id)).toEqual(record);
  });

  it('contains the compensations, and an attempt that failed before', async () => {
    harness.fakes.next('authorize', fail(503));
    harness.fakes.next('withdraw', rejectWith('insufficient-funds', 422));
    const order = await harness.start();
    await order.result();
    const [record] = await of(order);
    expect(record).toMatchObject({ state: 'rejected', needsAttention: false });
    expect([stateOf(record, 'withdraw'), stateOf(record, 'void'), stateOf(record, 'release/cd-1')]).toEqual([
      'rejected',
      'done',
      'done',
    ]);
    expect(record!.steps.find(({ step }) => step === 'authorize')).toMatchObject({ attempts: 2 });
  });

  it('contains the abort of an operator, and beside it the run that finished the saga by hand', async () => {
    const order = await abortedOrder(harness);
    const [aborted] = await of(order);
    expect(aborted).toMatchObject({ state: 'aborted', needsAttention: true });
    expect(aborted!.decisions).toMatchObject([{ action: 'abort', step: 'void', by: 'ann' }]);
    harness.fakes.reset();
    const finished = await harness.finish(order);
    await finished.result();
    const [last, first] = await of(order);
    expect(first).toEqual(aborted);
    expect(last).toMatchObject({ state: 'rejected', finishing: true });
    expect(stateOf(last, 'void')).toBe('done');
    expect(await records.find(order.id)).toEqual(last);
  });

  it('is one row, however often it is stored', async () => {
    const order = await harness.start();
    await order.result();
    const [record] = await of(order);
    await records.store({ ...record!, state: 'aborted' });
    expect(await of(order)).toEqual([{ ...record, state: 'aborted' }]);
  });

  it.each(['down', 'silent'] as const)(
    'is stored later, and the saga ends meanwhile, when the database is %s',
    async (state) => {
      database = state;
      attempts = 0;
      const order = await harness.start();
      expect(await order.result()).toMatchObject({ status: 'confirmed' });
      expect(await of(order)).toEqual([]);
      await until(async () => expect(attempts).toBeGreaterThan(1), {
        what: 'a second attempt',
        timeoutMs: WITHIN_MS,
      });
      database = 'up';
      await until(async () => expect(await of(order)).toMatchObject([{ state: 'confirmed' }]), {
        what: 'the record',
        timeoutMs: WITHIN_MS,
      });
    },
  );

  it('is found by story, kind, outcome and time, newest first, in pages', async () => {
    const orders: SagaRun[] = [];
    for (let started = 0; started < 2; started += 1) {
      const order = await harness.start();
      await order.result();
      orders.push(order);
    }
    const [one] = await of(orders[0]!);
    const first = await records.list({ limit: 1, correlationId: CORRELATION, saga: 'place-order' });
    expect(first.records.map(({ sagaId }) => sagaId)).toEqual([orders[1]!.id]);
    const second = await records.list({
      limit: 1,
      cursor: first.next,
      state: 'confirmed',
      from: one!.startedAt,
    });
    expect(second.records.map(({ sagaId }) => sagaId)).toEqual([orders[0]!.id]);
    for (const none of [
      { saga: 'pay-card' },
      { attention: true, customerId: 'nobody' },
      { to: '2020-01-01T00:00:00.000Z' },
    ] as const)
      expect(await records.list({ limit: 1, ...none })).toEqual({ records: [] });
  });

  it('cannot be deleted by the service', async () => {
    await expect(pool.query('delete from saga_record')).rejects.toThrow('permission denied');
  });
});
