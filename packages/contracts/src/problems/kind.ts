/** One kind of problem (RFC 9457). Its name is the last part of the problem's `type`. */
export type ProblemKind = Readonly<{
  /** The HTTP status, unless `when` gives another one for a special case. */
  status: number;
  title: string;
  /** The situation in which a service responds with it. */
  when: string;
  /** What the caller can do about it. */
  remedy: string;
}>;

export const RETRY =
  'Repeat the request with the same `Idempotency-Key`, after the seconds in `Retry-After` if given.';
export const NEW_ID = 'Use a new id for a new operation.';
export const NONE = 'Nothing: the decision is final for this state.';
export const CHECK_ID = 'Check the identifier.';
