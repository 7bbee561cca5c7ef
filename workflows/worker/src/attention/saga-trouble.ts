import {
  attributesOf,
  endedSagaOf,
  searchAttributes,
  TASK_QUEUE,
  attributeText,
} from '@bankside/saga/client';
import type { Client, WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import type { AttentionRegister, Ended, Trouble } from './register';
import { inWords, stepInWords } from './words';

/** Longer than Temporal takes until a search finds a saga that has ended. */
const LOOK_BACK_MS = 600_000;
/** A worker responds within milliseconds. */
const TIMEOUT_MS = 5_000;
const ENDED_BADLY = ['Failed', 'Terminated', 'TimedOut'] as const;

type Info = WorkflowExecutionInfo | WorkflowExecutionDescription;

/** Whether the run of a saga needs a person. */
export const needsPerson = (info: Info): boolean =>
  ['FAILED', 'TERMINATED', 'TIMED_OUT'].includes(info.status.name) ||
  attributesOf(info)[searchAttributes.needsAttention.name] === true;

const keyOf = ({ workflowId, runId, status }: Info): string =>
  [workflowId, runId, status.name === 'RUNNING' ? 'running' : 'ended'].join('/');

const CAUSES: Readonly<Record<string, SagaCause>> = {
  RUNNING: 'retrying',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
  FAILED: 'failed',
};

/** A run that ended well and still needs a person has a step that was skipped. */
const causeOf = ({ status }: Info, sagaState: string | undefined): SagaCause =>
  sagaState === 'aborted' ? 'aborted' : (CAUSES[status.name] ?? 'skipped');

type SagaCause = Exclude<Trouble['cause'], 'poison' | 'stuck' | 'held'>;

const TITLES: Readonly<Record<SagaCause, (step: string) => string>> = {
  retrying: (step) => `cannot complete ${step}`,
  aborted: (step) => `was aborted at ${step}`,
  skipped: () => 'ended without a step that was skipped',
  failed: (step) => `failed at ${step} and was compensated`,
  terminated: (step) => `was terminated at ${step}`,
  'timed-out': (step) => `timed out at ${step}`,
};

const troubleOf = (info: Info, ended?: Ended): Trouble => {
  const attributes = attributesOf(info);
  const saga = attributeText(attributes[searchAttributes.saga.name]) ?? info.type;
  const step = attributeText(attributes[searchAttributes.step.name]);
  const customerId = attributeText(attributes[searchAttributes.customerId.name]);
  const orderId = attributeText(attributes[searchAttributes.orderId.name]);
  const correlationId = attributeText(attributes[searchAttributes.correlationId.name]);
  const cause = causeOf(info, attributeText(attributes[searchAttributes.sagaState.name]));
  return {
    key: keyOf(info),
    kind: 'saga',
    cause,
    title: `${inWords(saga)} ${TITLES[cause](step === undefined ? 'an unknown step' : stepInWords(step))}`,
    since: (info.closeTime ?? info.startTime).toISOString(),
    about: {
      sagaId: info.workflowId,
      saga,
      ...(step !== undefined && { step }),
      ...(customerId !== undefined && { customerId }),
      ...(orderId !== undefined && { orderId }),
      ...(correlationId !== undefined && { correlationId }),
    },
    ended,
  };
};

type Options = Readonly<{
  register: AttentionRegister;
  now: () => number;
  /** Receives the failure to read one saga, which the next scan reads again. */
  onError: (error: unknown) => void;
  taskQueue?: string;
}>;

/** Finds the sagas that need a person. */
export const sagaTrouble = ({ register, now, onError, taskQueue = TASK_QUEUE }: Options) => {
  let lastScan: number | undefined;

  /** Records the state of a run, and once it has ended the input of a second run. */
  const inspect = async (client: Client, info: Info): Promise<void> => {
    const trouble = troubleOf(info);
    if (info.status.name === 'RUNNING') return register.record([trouble]);
    const ended = await client.connection.withDeadline(Date.now() + TIMEOUT_MS, () =>
      endedSagaOf(client, info),
    );
    await register.record([{ ...trouble, ended }]);
  };

  return {
    inspect,
    /** The first scan reads all that Temporal still has, later ones what has ended since. */
    scan: async (client: Client): Promise<void> => {
      const startedAt = now();
      const find = (query: string) =>
        client.workflow.list({ query: `TaskQueue = '${taskQueue}' AND ${query}` });
      const attention = `${searchAttributes.needsAttention.name} = true`;
      const running: Trouble[] = [];
      for await (const info of find(`${attention} AND ExecutionStatus = 'Running'`))
        running.push(troubleOf(info));
      await register.record(running, { kind: 'saga' });

      const since =
        lastScan === undefined ? '' : ` AND CloseTime > '${new Date(lastScan - LOOK_BACK_MS).toISOString()}'`;
      const bad = ENDED_BADLY.map((status) => `'${status}'`).join(', ');
      const ended = new Map<string, WorkflowExecutionInfo>();
      for await (const info of find(
        `(${attention} OR ExecutionStatus IN (${bad})) AND ExecutionStatus != 'Running'${since}`,
      ))
        ended.set(keyOf(info), info);
      for (const key of await register.unknown([...ended.keys()]))
        await inspect(client, ended.get(key)!).catch(onError);
      lastScan = startedAt;
    },
  };
};
export type SagaTrouble = ReturnType<typeof sagaTrouble>;
