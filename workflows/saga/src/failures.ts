import { RetryState } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';
import { REJECTED } from './failure-types';

/** The reason of a saga that was undone since a service did not answer for long. */
export const UNAVAILABLE = 'unavailable';
/** The reason that is told when a bug made a saga turn back. */
export const INTERNAL_ERROR = 'internal-error';

/** Why a saga turns back. */
export type Setback = Readonly<
  { kind: 'refused'; reason: string } | { kind: 'cancelled' } | { kind: 'failed'; message: string }
>;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a rule or a service said, without the layers that Temporal wraps it in. */
export const causeOf = (error: unknown): string =>
  messageOf(error instanceof ActivityFailure ? (error.cause ?? error) : error);

const refusalOf = (error: ActivityFailure): string | undefined => {
  if (isRefusal(error)) return causeOf(error);
  return error.retryState === RetryState.TIMEOUT ? UNAVAILABLE : undefined;
};

/** @throws what does not come from a call: a bug of the workflow itself, which waits for a new version of the code */
export const setbackOf = (error: unknown): Setback => {
  if (isCancellation(error)) return { kind: 'cancelled' };
  if (!(error instanceof ActivityFailure)) throw error;
  const reason = refusalOf(error);
  return reason === undefined ? { kind: 'failed', message: causeOf(error) } : { kind: 'refused', reason };
};

export const isRefusal = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === REJECTED;

/** Attempts that a failed activity took, as far as it could tell. */
export const attemptsOf = (error: unknown): number => {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const [detail] = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  return typeof detail === 'object' && detail !== null && 'attempts' in detail ? Number(detail.attempts) : 1;
};
