import { Outage } from '@bankside/dapr';
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

const isSilence = (error: unknown): boolean =>
  isGrpcServiceError(error) ||
  error instanceof ServiceError ||
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;

/** What the client throws when Temporal, or a worker that it asks, does not answer in time. @throws Outage */
export const asOutage = (error: unknown): never => {
  if (isSilence(error)) throw new Outage('Temporal does not answer', { cause: error });
  throw error;
};
