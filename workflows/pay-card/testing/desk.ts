import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { resultUpdate, stepsQuery, type SagaResult, type StepReport } from '@bankside/saga';
import {
  bundleOf,
  httpInvoke,
  quietRuntime,
  saveHistory,
  startBank,
  startTestWorker,
  type Step,
  type StepOf,
} from '@bankside/saga/testing';
import { serviceCalls } from '@bankside/saga/worker';
import { WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { createPayCardActivities } from '../src/activities';
import type { CardPayment } from '../src/payment';
import { PAY_CARD, payCardStart } from '../src/start';

export const HISTORIES = join(__dirname, '../histories');
/** Shorter than in the running system, since tests lose answers on purpose. */
const CALL_TIMEOUT_MS = 500;

const STEPS: readonly Step[] = [
  {
    name: 'withdraw',
    route: /^\/accounts\/accounts\/\d{10}\/withdrawals$/,
    thing: 'withdrawal',
    to: 'made',
    unless: ['cancelled'],
  },
  {
    name: 'cancel-withdrawal',
    route: /^\/accounts\/accounts\/\d{10}\/withdrawals\/([^/]+)\/cancellation$/,
    thing: 'withdrawal',
    to: 'cancelled',
  },
  { name: 'credit', route: /^\/cards\/cards\/\d{12}\/payments$/, thing: 'card', to: 'paid' },
];

const stepOf: StepOf = (path, body) => {
  for (const step of STEPS) {
    const match = step.route.exec(path);
    if (match === null) continue;
    const id = match[1] ?? String(body['withdrawalId'] ?? body['paymentId']);
    return { step, thing: `${step.thing}/${id}` };
  }
  return undefined;
};

export const payment = (change: Partial<CardPayment> = {}): CardPayment => ({
  paymentId: randomUUID(),
  fromAccount: '1000000017',
  cardNumber: '400000000006',
  amountCents: 2933,
  currency: 'EUR',
  customerId: 'customer-1',
  ...change,
});

export const bundle = () => bundleOf(join(__dirname, '../src/workflow.ts'));

export type Paid = Readonly<{
  paymentId: string;
  handle: WorkflowHandle;
  /** The saga has taken the caller's question in: it will answer, also when it ends meanwhile. */
  accepted: Promise<unknown>;
  /** What the caller is told, who sent the update along with the start. */
  answer: Promise<SagaResult>;
  steps: () => Promise<StepReport[]>;
}>;

/** A server's saga worker, before a bank whose every step can be made to fail. */
export const openDesk = async (address: string, { record = false } = {}) => {
  quietRuntime();
  const bank = await startBank(stepOf);
  const call = serviceCalls(httpInvoke(bank.url), {
    timeoutMs: CALL_TIMEOUT_MS,
    localTimeoutMs: CALL_TIMEOUT_MS,
  });
  const { client, taskQueue, stop } = await startTestWorker(address, {
    workflowBundle: await bundle(),
    activities: createPayCardActivities(call),
  });
  return {
    bank,
    pay: async (asked: CardPayment, queue = taskQueue): Promise<Paid> => {
      const { memo, ...start } = payCardStart(asked);
      const operation = new WithStartWorkflowOperation(PAY_CARD, {
        ...start,
        memo,
        taskQueue: queue,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      });
      const accepted = client.workflow.startUpdateWithStart(resultUpdate, {
        args: [memo.requestFingerprint],
        startWorkflowOperation: operation,
        waitForStage: 'ACCEPTED',
      });
      const answer = accepted.then((update) => update.result());
      answer.catch(() => undefined); // Looked at by the test, later.
      const handle = client.workflow.getHandle(asked.paymentId);
      return {
        paymentId: asked.paymentId,
        handle,
        accepted,
        answer,
        steps: () => handle.query(stepsQuery),
      };
    },
    /** Keeps the history for the replay test. */
    record: async (name: string, { handle }: Paid): Promise<void> => {
      if (record) await saveHistory(join(HISTORIES, `${name}.json`), handle);
    },
    close: async () => {
      await stop();
      await bank.stop();
    },
  };
};
export type Desk = Awaited<ReturnType<typeof openDesk>>;
