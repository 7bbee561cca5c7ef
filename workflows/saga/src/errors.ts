import { RetryState, type RetryPolicy } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, isCancellation, TemporalFailure } from '@temporalio/workflow';

/** Types of the failures that activities throw, as Temporal shows them. */
export const REJECTED = 'Rejected'; // A rule of the service's domain.
export const UNAVAILABLE = 'Unavailable'; // An outage, so a retry may succeed.
export const UNEXPECTED_RESPONSE = 'UnexpectedResponse'; // A defect of this system: an operator must look.

/** Reasons of a rejected saga that no service gives. */
export const REASON_UNAVAILABLE = 'unavailable';
export const REASON_INTERNAL_ERROR = 'internal-error';
/** An operator finished the saga by hand, before it had decided. */
export const REASON_UNDONE_BY_OPERATOR = 'undone-by-operator';

/** The type of the failure of a saga that has not reached its pivot in time. */
export const TIME_LIMIT = 'TimeLimit';

/** Why a saga is compensated. */
export type FailureCause = Readonly<
  | { kind: 'rejected'; reason: string }
  | { kind: 'unavailable' }
  | { kind: 'late'; reason: string }
  | { kind: 'cancelled' }
  | { kind: 'failed'; message: string }
  | { kind: 'undone' }
>;

/** The failure that the activity threw: Temporal wraps those of remote activities, and not those of local ones. */
const innermost = (error: unknown): unknown =>
  error instanceof ActivityFailure && error.cause !== undefined ? error.cause : error;

const typeOf = (error: unknown): string => {
  const inner = innermost(error);
  return inner instanceof ApplicationFailure ? (inner.type ?? '') : '';
};

export const messageOf = (error: unknown): string => {
  const inner = innermost(error);
  return inner instanceof Error ? inner.message : String(inner);
};

export const isRejection = (error: unknown): boolean => typeOf(error) === REJECTED;

export const isRetryable = (error: unknown, { nonRetryableErrorTypes = [] }: RetryPolicy): boolean =>
  !nonRetryableErrorTypes.includes(typeOf(error));

const timedOut = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.retryState === RetryState.TIMEOUT;

/** @throws the error itself when no step threw it: a defect of the workflow, which waits for corrected code */
export const failureCause = (error: unknown): FailureCause => {
  if (isCancellation(error)) return { kind: 'cancelled' };
  if (!(error instanceof TemporalFailure)) throw error;
  if (isRejection(error)) return { kind: 'rejected', reason: messageOf(error) };
  if (typeOf(error) === TIME_LIMIT) return { kind: 'late', reason: messageOf(error) };
  if (timedOut(error)) return { kind: 'unavailable' };
  return { kind: 'failed', message: messageOf(error) };
};

/** What an activity reports about its request, whether it succeeded or failed. */
export type RequestReport = Readonly<{
  attempts: number;
  service: string;
  /** Of the first attempt and of the last response, in ISO 8601. */
  startedAt: string;
  endedAt: string;
}>;

/** What a failed activity reported: one attempt if it did not respond. */
export const reportOf = (error: unknown): Partial<RequestReport> & Pick<RequestReport, 'attempts'> => {
  const inner = innermost(error);
  const [detail] = inner instanceof ApplicationFailure ? (inner.details ?? []) : [];
  if (typeof detail !== 'object' || detail === null || !('attempts' in detail)) return { attempts: 1 };
  const { attempts, service, startedAt, endedAt } = detail as RequestReport;
  return { attempts, service, startedAt, endedAt };
};
