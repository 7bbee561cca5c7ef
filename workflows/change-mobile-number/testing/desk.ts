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
import { createChangeMobileNumberActivities } from '../src/activities';
import type { NumberChange } from '../src/change';
import { CHANGE_MOBILE_NUMBER, changeMobileNumberStart } from '../src/start';

export const HISTORIES = join(__dirname, '../histories');
/** Shorter than in the running system, since tests lose answers on purpose. */
const CALL_TIMEOUT_MS = 500;

const STEPS: readonly Step[] = [
  {
    name: 'change',
    route: /^\/(customers)\/customers\/c-1\/mobile-number$/,
    thing: 'number',
    to: 'open',
    unless: ['rolled-back'],
  },
  {
    name: 'roll-back',
    route: /^\/(customers)\/customers\/c-1\/mobile-number\/([^/]+)\/roll-back$/,
    thing: 'number',
    to: 'rolled-back',
    unless: ['settled'],
  },
  {
    name: 'settle',
    route: /^\/(customers)\/customers\/c-1\/mobile-number\/([^/]+)\/settlement$/,
    thing: 'number',
    to: 'settled',
    unless: ['rolled-back'],
  },
  ...['accounts', 'cards', 'loans'].flatMap((service): Step[] => [
    {
      name: service,
      route: new RegExp(`^/(${service})/customers/c-1/number-changes$`),
      thing: service,
      to: 'acknowledged',
      unless: ['rolled-back'],
    },
    {
      name: `roll-back-${service}`,
      route: new RegExp(`^/(${service})/customers/c-1/number-changes/([^/]+)/roll-back$`),
      thing: service,
      to: 'rolled-back',
    },
  ]),
];

const stepOf: StepOf = (path, body) => {
  for (const step of STEPS) {
    const match = step.route.exec(path);
    if (match === null) continue;
    const id = match[2] ?? String(body['changeId']);
    return { step, thing: `${step.thing}/${id}` };
  }
  return undefined;
};

export const numberChange = (): NumberChange => ({ changeId: randomUUID(), customerId: 'c-1' });

export const bundle = () => bundleOf(join(__dirname, '../src/workflow.ts'));

export type Changed = Readonly<{
  changeId: string;
  handle: WorkflowHandle;
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
    activities: createChangeMobileNumberActivities(call),
  });
  return {
    bank,
    change: async (asked: NumberChange, queue = taskQueue): Promise<Changed> => {
      const { memo, ...start } = changeMobileNumberStart(asked);
      const operation = new WithStartWorkflowOperation(CHANGE_MOBILE_NUMBER, {
        ...start,
        memo,
        taskQueue: queue,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      });
      const answer = client.workflow.executeUpdateWithStart(resultUpdate, {
        args: [memo.requestFingerprint],
        startWorkflowOperation: operation,
      });
      answer.catch(() => undefined); // Looked at by the test, later.
      const handle = client.workflow.getHandle(asked.changeId);
      return {
        changeId: asked.changeId,
        handle,
        answer,
        steps: () => handle.query(stepsQuery),
      };
    },
    /** Keeps the history for the replay test. */
    record: async (name: string, { handle }: Changed): Promise<void> => {
      if (record) await saveHistory(join(HISTORIES, `${name}.json`), handle);
    },
    close: async () => {
      await stop();
      await bank.stop();
    },
  };
};
export type Desk = Awaited<ReturnType<typeof openDesk>>;
