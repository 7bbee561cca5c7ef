import { isProblemName, problems, type ProblemName } from '@bankside/contracts/problems';
import { Problem } from '@bankside/http';
import type { SagaOutcome } from '../saga-runs';
import { ok, type ApiResponse } from '../upstream';

const conflict = (name: ProblemName, detail: string): Problem => new Problem({ name, status: 409, detail });

const rejection = (reason: string): Problem => {
  if (reason === 'unavailable')
    return conflict('undone', 'A service did not respond for too long. All steps have been compensated.');
  if (!isProblemName(reason))
    return conflict('undone', `Rejected (${reason}). All steps have been compensated.`);
  return conflict(reason, 'Rejected. All previous steps have been compensated.');
};

/** One of several reasons, as a problem of its own. */
const reasonOf = (name: string) =>
  isProblemName(name)
    ? { type: `/problems/${name}`, title: problems[name].title, detail: problems[name].when }
    : { title: name };

const refused = (name: ProblemName, reasons: readonly string[]): Problem =>
  new Problem({
    name,
    status: 409,
    detail: `Rejected: ${reasons.map((reason) => reason.replaceAll('-', ' ')).join(', ')}. Nothing was changed.`,
    reasons: reasons.map(reasonOf),
  });

type SagaResponseOptions = Readonly<{
  sagaId: string;
  /** Where the caller can read the progress. */
  location?: string;
  /** The body of the response when the saga has succeeded. */
  done: object;
  /** The consistency token of the request, if it is known before the saga ends. */
  token?: string | undefined;
  /** The problem that lists the reasons of a rejection. Default: the reason itself. */
  refusal?: ProblemName;
}>;

const tokenOf = (outcome: SagaOutcome, token: string | undefined): Record<string, string> => {
  const known = token ?? (outcome.status === 'confirmed' ? outcome.tokens?.join(', ') : undefined);
  return known === undefined ? {} : { 'consistency-token': known };
};

const problemOf = (
  { reason, reasons = [reason] }: Extract<SagaOutcome, { status: 'rejected' }>,
  refusal: ProblemName | undefined,
): Problem =>
  refusal === undefined || reason === 'unavailable' ? rejection(reason) : refused(refusal, reasons);

/** The public response to the outcome of a saga. @throws Problem 409 when it was rejected or failed */
export const sagaResponse = (
  outcome: SagaOutcome,
  { sagaId, location = `/api/sagas/${sagaId}`, done, token, refusal }: SagaResponseOptions,
): ApiResponse => {
  switch (outcome.status) {
    case 'confirmed':
      return { ...ok(done), headers: tokenOf(outcome, token) };
    case 'running':
    case 'held': // An operator finishes it, which takes longer; its end can be read like that of any other.
      return { status: 202, headers: { location, ...tokenOf(outcome, token) }, body: { sagaId } };
    case 'rejected':
      throw problemOf(outcome, refusal);
    case 'cancelled':
    case 'failed':
      throw conflict('undone', 'The saga was cancelled or failed. All steps have been compensated.');
  }
};
