import { DECIDE_UPDATE, isOther, KEY_REUSED, REQUESTS_QUERY, type KeyedRequest } from '@bankside/saga/start';
import { keyReused, notFound } from '@bankside/http';
import { uuidFrom } from '@bankside/std/ids';
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { asOutage } from './temporal-outage';

/** A worker answers within milliseconds. Without one nobody knows whether the key is new, so nothing is promised. */
const TIMEOUT_MS = 3_000;

const isReused = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === KEY_REUSED;

/** Tells a saga what an operator has decided about one of its steps: once for each key, which the saga remembers. */
export const sagaRequests =
  ({ connection, workflow }: Client) =>
  async (sagaId: string, request: KeyedRequest): Promise<void> => {
    const handle = workflow.getHandle(sagaId);
    const within = <T>(ask: () => Promise<T>): Promise<T> =>
      connection.withDeadline(Date.now() + TIMEOUT_MS, ask);
    const { key, action, step } = request;
    // The server tells a known update its first answer, also after the end, and never looks at what is asked.
    const updateId = uuidFrom(JSON.stringify([key, action, step]));
    try {
      await within(() => handle.executeUpdate(DECIDE_UPDATE, { updateId, args: [request] }));
    } catch (error) {
      if (isReused(error)) throw keyReused();
      if (!(error instanceof WorkflowNotFoundError)) return asOutage(error);
      // It has ended, or was never there.
      const earlier = await within(() => handle.query<KeyedRequest[]>(REQUESTS_QUERY)).catch(
        (unknown: unknown) => (unknown instanceof WorkflowNotFoundError ? [] : asOutage(unknown)),
      );
      if (earlier.some(isOther(request))) throw keyReused();
      throw notFound(`saga ${sagaId} that is still running`);
    }
  };
export type SagaRequests = ReturnType<typeof sagaRequests>;
