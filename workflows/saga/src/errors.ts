import { RetryState, type RetryPolicy } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, isCancellation, TemporalFailure } from '@temporalio/workflow';
import { REJECTED } from './failure-types';

/** The reason of a saga that was undone since a service did not answer for long. */
export const UNAVAILABLE = 'unavailable';
/** The reason that is told when a bug made a saga turn back. */
export const INTERNAL_ERROR = 'internal-error';

/** Why a saga turns back. */
export type FailureCause = Readonly<
  | { kind: 'rejected'; reason: string }
  | { kind: 'unavailable' }
  | { kind: 'cancelled' }
  | { kind: 'failed'; message: string }
>;

/** What the activity threw: the server's activities wrap it, local ones do not. */
const innermost = (error: unknown): unknown =>
  error instanceof ActivityFailure && error.cause !== undefined ? error.cause : error;

const typeOf = (error: unknown): string => {
  const inner = innermost(error);
  return inner instanceof ApplicationFailure ? (inner.type ?? '') : '';
};

/** What a rule or a service said. */
export const messageOf = (error: unknown): string => {
  const inner = innermost(error);
  return inner instanceof Error ? inner.message : String(inner);
};

export const isRejection = (error: unknown): boolean => typeOf(error) === REJECTED;

/** Whether a retry by this policy is no use. */
export const isFinal = (error: unknown, { nonRetryableErrorTypes = [] }: RetryPolicy): boolean =>
  nonRetryableErrorTypes.includes(typeOf(error));

const gaveUp = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.retryState === RetryState.TIMEOUT;

/** @throws what does not come from a call: a bug of the workflow itself, which waits for a new version of the code */
export const failureCause = (error: unknown): FailureCause => {
  if (isCancellation(error)) return { kind: 'cancelled' };
  if (!(error instanceof TemporalFailure)) throw error;
  if (isRejection(error)) return { kind: 'rejected', reason: messageOf(error) };
  if (gaveUp(error)) return { kind: 'unavailable' };
  return { kind: 'failed', message: messageOf(error) };
};

/** Attempts that a failed activity took, as far as it could tell. */
export const attemptsOf = (error: unknown): number => {
  const inner = innermost(error);
  const [detail] = inner instanceof ApplicationFailure ? (inner.details ?? []) : [];
  return typeof detail === 'object' && detail !== null && 'attempts' in detail ? Number(detail.attempts) : 1;
};
