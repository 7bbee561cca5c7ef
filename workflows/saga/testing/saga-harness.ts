import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SagaContract } from '@bankside/contracts/sagas';
import { sharedAddress, until } from '@bankside/tools';
import { WithStartWorkflowOperation, type Client, type WorkflowHandle } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { activitiesOf, serviceCaller } from '../src/activities';
import { endedSagaOf, sagaFinish, sagaStart, sendDecision } from '../src/client';
import type { ActivityRequests, SagaResult } from '../src/definition';
import { REQUEST_FINGERPRINT, type CancelRequest, type OperatorAction } from '../src/protocol';
import type { RecordSaga } from '../src/record';
import { resultUpdate } from '../src/result-update';
import { cancelSignal } from '../src/run-saga';
import { stepsQuery, type StepRecord, type StepReport } from '../src/step-log';
import { fakeServices, type FakeRoute, type FakeServices } from './fake-services';
import { saveHistory } from './histories';
import { bundleOf } from './bundle';
import { httpInvoke, startTestWorker } from './test-worker';

/** Shorter than in production, since tests lose responses on purpose. */
const SERVICE_TIMEOUT_MS = 500;
const WAIT_MS = 30_000;
/** The correlation id of every saga under test. */
export const CORRELATION = randomUUID();

export type SagaOutcome = 'confirmed' | 'rejected' | 'failed' | 'cancelled';

/** A run of a saga in which the worker is killed at each of several steps, with a saga for each of them. */
export type CrashRun = Readonly<{
  outcome: SagaOutcome;
  steps: readonly string[];
  /** Makes the saga reach the steps. */
  prepare?: (fakes: FakeServices, sagaId: string) => void;
  /** Cancels the saga once this step has been retried, to reach the steps. */
  cancelAt?: string;
  /** Cancels the saga while no worker is running. */
  cancelWhileDown?: boolean;
  /** Asks the saga to stop, by the signal `cancel`, while no worker is running. */
  askToStopWhileDown?: boolean;
}>;

/** The description of a saga for its tests. */
export type SagaFixture<Input = never> = Readonly<{
  contract: SagaContract<Input>;
  /** The module that exports the workflow, if the worker does not run it. */
  workflowsPath?: string;
  activities: ActivityRequests;
  routes: readonly FakeRoute[];
  /** The folder of the recorded histories. */
  histories: string;
  /** An input with the given id. */
  input: (id: string) => Input;
  crashes: Readonly<{
    runs: readonly CrashRun[];
    /** The states of all entities after each outcome. */
    states: Readonly<Partial<Record<SagaOutcome, object>>>;
  }>;
}>;

const attributesOf = async (handle: WorkflowHandle) => (await handle.describe()).searchAttributes;

/** One saga under test. */
const sagaRun = (handle: WorkflowHandle, fakes: FakeServices) => {
  const id = handle.workflowId;
  const steps = (): Promise<StepReport[]> => handle.query(stepsQuery);
  const keys = (step: string): string[] => fakes.requests(id, step).map(({ key }) => key);
  return {
    id,
    handle,
    /** @throws WorkflowFailedError when the saga failed or was cancelled */
    result: (): Promise<SagaResult> => handle.result(),
    steps,
    /** The record of one step or compensation. */
    step: async (name: string): Promise<StepRecord | undefined> =>
      (await steps())
        .flatMap(({ compensation, ...step }) => (compensation ? [step, compensation] : [step]))
        .find(({ step }) => step === name),
    requests: (step?: string) => fakes.requests(id, step),
    /** The steps in the order of their requests. */
    requestedSteps: (): string[] => fakes.requests(id).map(({ step }) => step),
    keys,
    state: () => fakes.state(id),
    searchAttributes: () => attributesOf(handle),
    untilRequested: (step: string, times = 1): Promise<void> =>
      until(async () => expect(keys(step).length).toBeGreaterThanOrEqual(times), {
        what: `${times} requests of ${step}`,
        timeoutMs: WAIT_MS,
      }),
    untilSearchAttributes: (wanted: object): Promise<void> =>
      until(async () => expect(await attributesOf(handle)).toMatchObject(wanted), {
        what: `search attributes ${JSON.stringify(wanted)}`,
        timeoutMs: WAIT_MS,
      }),
    askToStop: (
      request: CancelRequest = { cancellationId: 'cancellation-1', reason: 'too-slow' },
    ): Promise<void> => handle.signal(cancelSignal, request),
    decide: (action: OperatorAction, step: string, key: string = randomUUID()): Promise<void> =>
      sendDecision(handle, randomUUID(), { key, action, step, by: 'ann' }),
  };
};
export type SagaRun = ReturnType<typeof sagaRun>;

/** Starts sagas for `startAndWait`, with Update-with-Start as the gateway does. */
const startWithResultUpdate = (
  { workflow }: Client,
  workflowType: string,
  start: ReturnType<typeof sagaStart>,
) => {
  const accepted = workflow.startUpdateWithStart(resultUpdate, {
    args: [start.memo[REQUEST_FINGERPRINT]!],
    startWorkflowOperation: new WithStartWorkflowOperation(workflowType, {
      ...start,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    }),
    waitForStage: 'ACCEPTED',
  });
  const callerResult = accepted.then((update) => update.result());
  callerResult.catch(() => undefined); // The test looks at it later.
  return { accepted, callerResult };
};

type HarnessOptions = Readonly<{
  /** Records histories. */
  record?: boolean;
  /** Default: stores nothing. */
  recordSaga?: RecordSaga;
}>;

/** Runs one saga on the shared Temporal server, against fake services. */
export const sagaHarness = async <Input>(
  fixture: SagaFixture<Input>,
  { record = false, recordSaga = async () => undefined }: HarnessOptions = {},
) => {
  const { contract, workflowsPath, activities, routes, histories } = fixture;
  const fakes = await fakeServices(routes);
  const callService = serviceCaller(httpInvoke(fakes.url), {
    timeoutMs: SERVICE_TIMEOUT_MS,
    localTimeoutMs: SERVICE_TIMEOUT_MS,
  });
  const worker = await startTestWorker(sharedAddress('TEMPORAL'), {
    workflowBundle: await bundleOf(workflowsPath),
    activities: activitiesOf({ activities }, callService, recordSaga),
  });
  const { client } = worker;
  const inputWith = (change: Partial<Input> = {}): Input => ({ ...fixture.input(randomUUID()), ...change });
  const optionsOf = (input: Input, taskQueue = worker.taskQueue) => ({
    ...sagaStart(contract, input, { causalContext: { correlationId: CORRELATION } }),
    taskQueue,
  });
  return {
    fakes,
    client,
    taskQueue: worker.taskQueue,
    /** Starts a saga, by default with the fixture's input and a new id. */
    start: async (change?: Partial<Input>, taskQueue?: string): Promise<SagaRun> => {
      const options = optionsOf(inputWith(change), taskQueue);
      return sagaRun(await client.workflow.start(contract.workflowType, options), fakes);
    },
    /** Starts a saga, by default with the fixture's input, that is asked to stop at once. */
    startAskedToStop: async (request: CancelRequest, change?: Partial<Input>): Promise<SagaRun> => {
      const options = {
        ...optionsOf(inputWith(change)),
        signal: cancelSignal,
        signalArgs: [request] as [CancelRequest],
      };
      return sagaRun(await client.workflow.signalWithStart(contract.workflowType, options), fakes);
    },
    /** Starts a saga, or finds the running one with the same id, and waits for its result as a caller does. */
    startAndWait: async (change?: Partial<Input>, taskQueue?: string) => {
      const options = optionsOf(inputWith(change), taskQueue);
      const waiting = startWithResultUpdate(client, contract.workflowType, options);
      return { ...sagaRun(client.workflow.getHandle(options.workflowId), fakes), ...waiting };
    },
    /** Finishes a saga that has ended, as an operator does. */
    finish: async ({ handle }: SagaRun): Promise<SagaRun> => {
      const { saga, mode } = await endedSagaOf(client, await handle.describe());
      const options = sagaFinish(saga, { mode, key: randomUUID(), by: 'ann' });
      const started = { ...options, taskQueue: worker.taskQueue };
      return sagaRun(await client.workflow.start(saga.workflowType, started), fakes);
    },
    /** Saves the history of a saga that has ended for the replay test, when histories are being recorded. */
    record: async (name: string, { handle }: Pick<SagaRun, 'handle'>): Promise<void> => {
      if (record) await saveHistory(join(histories, `${name}.json`), handle);
    },
    stop: async (): Promise<void> => {
      await worker.stop();
      await fakes.stop();
    },
  };
};
export type SagaHarness<Input> = Awaited<ReturnType<typeof sagaHarness<Input>>>;
