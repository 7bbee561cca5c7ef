import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { stepsQuery, type SagaResult, type StepReport } from '@bankside/saga';
import { bundleOf, httpInvoke, quietRuntime, saveHistory, startTestWorker } from '@bankside/saga/testing';
import { serviceCalls } from '@bankside/saga/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { createPlaceOrderActivities } from '../src/activities';
import type { PlacedOrder } from '../src/order';
import { PLACE_ORDER, placeOrderStart } from '../src/start';
import { startBank } from './bank';

export const HISTORIES = join(__dirname, '../histories');
export const ACCOUNT = '1000000017';
export const CARD = '400000000006';

/** Shorter than in the running system, since tests lose answers on purpose. */
const CALL_TIMEOUT_MS = 500;

export const order = (change: Partial<PlacedOrder> = {}): PlacedOrder => ({
  orderId: `order-${randomUUID()}`,
  customerId: 'customer-1',
  lines: [
    { sku: 'cd-1', quantity: 2, unitPriceCents: 1000 },
    { sku: 'cd-2', quantity: 1, unitPriceCents: 933 },
  ],
  totalCents: 2933,
  currency: 'EUR',
  payWith: { account: ACCOUNT },
  ...change,
});

export const bundle = () => bundleOf(join(__dirname, '../src/workflow.ts'));

export type Placed = Readonly<{
  orderId: string;
  handle: WorkflowHandle;
  /** @throws WorkflowFailedError when the saga failed or was cancelled */
  result: () => Promise<SagaResult>;
  steps: () => Promise<StepReport[]>;
}>;

/** A server's saga worker, before a bank whose every step can be made to fail. */
export const openShop = async (address: string, { record = false } = {}) => {
  quietRuntime();
  const bank = await startBank();
  const call = serviceCalls(httpInvoke(bank.url), {
    timeoutMs: CALL_TIMEOUT_MS,
    localTimeoutMs: CALL_TIMEOUT_MS,
  });
  const worker = await startTestWorker(address, {
    workflowBundle: await bundle(),
    activities: createPlaceOrderActivities(call),
  });
  return {
    bank,
    client: worker.client,
    taskQueue: worker.taskQueue,
    place: async (placed: PlacedOrder, taskQueue = worker.taskQueue): Promise<Placed> => {
      const handle = await worker.client.workflow.start(PLACE_ORDER, {
        ...placeOrderStart(placed),
        taskQueue,
      });
      return {
        orderId: placed.orderId,
        handle,
        result: () => handle.result(),
        steps: () => handle.query(stepsQuery),
      };
    },
    /** Keeps the history for the replay test. */
    record: async (name: string, { handle }: Pick<Placed, 'handle'>): Promise<void> => {
      if (record) await saveHistory(join(HISTORIES, `${name}.json`), handle);
    },
    close: async () => {
      await worker.stop();
      await bank.stop();
    },
  };
};
export type Shop = Awaited<ReturnType<typeof openShop>>;

/** The names of the steps as they were called; several of one stage come in any order, so they are sorted within it. */
export const namesOf = (calls: readonly Readonly<{ name: string }>[]): string[] =>
  calls.map(({ name }) => name);
