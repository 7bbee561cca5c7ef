import {
  conflictsWith,
  DECISIONS_QUERY,
  KEY_REUSED,
  sendDecision,
  type OperatorDecision,
} from '@bankside/saga/client';
import { keyReused, notFound } from '@bankside/http';
import { uuidFrom } from '@bankside/std/ids';
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { asOutage } from './temporal-outage';

/** A worker responds within milliseconds. Without a worker it is unknown whether the key is new. */
const TIMEOUT_MS = 3_000;

const isReused = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === KEY_REUSED;

/**
 * Sends an operator's decision about a step to a saga, which applies it once for each key.
 * @throws Problem 422 when the key was used for another decision, 404 when the saga is not running; an outage without a
 * worker
 */
export const sagaRequests =
  ({ connection, workflow }: Client) =>
  async (sagaId: string, decision: OperatorDecision): Promise<void> => {
    const handle = workflow.getHandle(sagaId);
    const within = <T>(ask: () => Promise<T>): Promise<T> =>
      connection.withDeadline(Date.now() + TIMEOUT_MS, ask);
    const { key, action, step } = decision;
    // The server returns the first result for a known update id, without validating the arguments.
    const updateId = uuidFrom(JSON.stringify([key, action, step]));
    try {
      await within(() => sendDecision(handle, updateId, decision));
    } catch (error) {
      if (isReused(error)) throw keyReused();
      if (!(error instanceof WorkflowNotFoundError)) return asOutage(error);
      // The saga has ended or never existed.
      const earlier = await within(() => handle.query<OperatorDecision[]>(DECISIONS_QUERY)).catch(
        (unknown: unknown) => (unknown instanceof WorkflowNotFoundError ? [] : asOutage(unknown)),
      );
      if (earlier.some(conflictsWith(decision))) throw keyReused();
      throw notFound(`saga ${sagaId} that is still running`);
    }
  };
export type SagaRequests = ReturnType<typeof sagaRequests>;
