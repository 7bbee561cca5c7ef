import { notFound, Problem } from '@bankside/http';
import { Outage } from '@bankside/dapr';
import { FINISH, sagaFinish, TASK_QUEUE, type Finish } from '@bankside/saga/client';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import type { AttentionRegister, Ended } from './register';
import { needsPerson, type SagaTrouble } from './saga-trouble';

const TIMEOUT_MS = 4_000;

type FinishRequest = Readonly<{ sagaId: string; key: string; by: string; reason: string }>;

const stillRunning = (): Problem =>
  new Problem({
    name: 'saga-still-running',
    detail: 'A saga can be finished by hand only after it has ended.',
  });
const complete = (): Problem =>
  new Problem({ name: 'saga-complete', detail: 'Nothing of this saga is left to undo or to complete.' });

/** Finishes sagas that an operator aborted, or that failed, were terminated or ended without a skipped step. */
export const sagaFinisher = (
  register: AttentionRegister,
  { inspect }: Pick<SagaTrouble, 'inspect'>,
  client: () => Client | undefined,
  taskQueue = TASK_QUEUE,
) => {
  /** @throws Outage when Temporal does not respond */
  const ask = async <T>(work: (temporal: Client) => Promise<T>): Promise<T> => {
    const temporal = client();
    if (temporal === undefined) throw new Outage('Not connected to Temporal yet');
    try {
      return await temporal.connection.withDeadline(Date.now() + TIMEOUT_MS, () => work(temporal));
    } catch (error) {
      if (error instanceof Problem || error instanceof WorkflowExecutionAlreadyStartedError) throw error;
      throw new Outage('Temporal does not respond', { cause: error });
    }
  };

  /** The last run; undefined once Temporal has forgotten it. */
  const lastRun = (sagaId: string): Promise<WorkflowExecutionDescription | undefined> =>
    ask(async ({ workflow }) => {
      try {
        return await workflow.getHandle(sagaId).describe();
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    });

  const keyOf = (run: WorkflowExecutionDescription | undefined): string | undefined =>
    (run?.memo?.[FINISH] as Finish | undefined)?.key;

  /** @returns the problem if the saga cannot be finished */
  const check = async (sagaId: string): Promise<Problem | undefined> => {
    const run = await lastRun(sagaId);
    if (run?.status.name === 'RUNNING') return stillRunning();
    if (run !== undefined) {
      if (!needsPerson(run)) return complete();
      await ask((temporal) => inspect(temporal, run));
    }
    if ((await register.endedSaga(sagaId)) !== undefined) return undefined;
    return run === undefined ? notFound(`saga ${sagaId}`) : complete();
  };

  const start = async ({ saga, mode }: Ended, { key, by }: FinishRequest): Promise<void> => {
    try {
      await ask(({ workflow }) =>
        workflow.start(saga.workflowType, { ...sagaFinish(saga, { mode, key, by }), taskQueue }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (keyOf(await lastRun(saga.sagaId)) !== key) throw stillRunning();
    }
  };

  return {
    check,
    /** Starts the second run, once for each key. Repeating it after a crash continues where it stopped. */
    finish: async (request: FinishRequest): Promise<void> => {
      const { sagaId, key, by, reason } = request;
      if (keyOf(await lastRun(sagaId)) !== key) {
        const ended = await register.endedSaga(sagaId);
        if (ended === undefined) return; // A repeat, after Temporal has forgotten the run that it started.
        await start(ended, request);
      }
      await register.finished(sagaId, key, { by, reason });
    },
  };
};
export type SagaFinisher = ReturnType<typeof sagaFinisher>;
