import { Outage } from '@bankside/dapr';
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

const isNoResponse = (error: unknown): boolean =>
  isGrpcServiceError(error) ||
  error instanceof ServiceError ||
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;

/** Maps an error of the Temporal client: `Outage` if Temporal or a worker did not respond in time. Always throws. */
export const asOutage = (error: unknown): never => {
  if (isNoResponse(error)) throw new Outage('Temporal does not respond', { cause: error });
  throw error;
};
