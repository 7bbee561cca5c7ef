import { Problem } from '@bankside/http';
import type { SagaOutcome } from '../saga-runs';
import { ok, type ApiResponse } from '../upstream';

const rejection = (name: string, detail: string): Problem => new Problem({ name, status: 409, detail });

type SagaResponseOptions = Readonly<{
  sagaId: string;
  /** Where one sees how far it is. */
  location?: string;
  /** The answer when all is done. */
  done: object;
  /** What a reader must have to see it, when that is known before its end. */
  token?: string | undefined;
}>;

const tokenOf = (end: SagaOutcome, token: string | undefined): Record<string, string> => {
  const known = token ?? (end.status === 'confirmed' ? end.tokens?.join(', ') : undefined);
  return known === undefined ? {} : { 'consistency-token': known };
};

/** The public answer to how a saga ended. */
export const sagaResponse = (
  end: SagaOutcome,
  { sagaId, location = `/api/sagas/${sagaId}`, done, token }: SagaResponseOptions,
): ApiResponse => {
  switch (end.status) {
    case 'confirmed':
      return { ...ok(done), headers: tokenOf(end, token) };
    case 'running':
      return { status: 202, headers: { location, ...tokenOf(end, token) }, body: { sagaId } };
    case 'rejected':
      throw end.reason === 'unavailable'
        ? rejection('undone', 'A service did not answer for long, so that all was undone.')
        : rejection(end.reason, 'Refused, and all that was done before is undone.');
    case 'failed':
      throw rejection('undone', 'It was cancelled or went wrong, and all that was done before is undone.');
  }
};
