import { Problem } from '@bankside/service';
import type { SagaEnd } from '../saga-runs';
import { ok, type Answer } from '../upstream';

const refused = (name: string, detail: string): Problem => new Problem({ name, status: 409, detail });

type Asked = Readonly<{
  sagaId: string;
  /** Where one sees how far it is. */
  location?: string;
  /** The answer when all is done. */
  done: object;
  /** What a reader must have to see it, when that is known before its end. */
  token?: string | undefined;
}>;

const tokenOf = (end: SagaEnd, token: string | undefined): Record<string, string> => {
  const known = token ?? (end.status === 'confirmed' ? end.tokens?.join(', ') : undefined);
  return known === undefined ? {} : { 'consistency-token': known };
};

/** The public answer to how a saga ended. */
export const answerOf = (
  end: SagaEnd,
  { sagaId, location = `/api/sagas/${sagaId}`, done, token }: Asked,
): Answer => {
  switch (end.status) {
    case 'confirmed':
      return { ...ok(done), headers: tokenOf(end, token) };
    case 'running':
      return { status: 202, headers: { location, ...tokenOf(end, token) }, body: { sagaId } };
    case 'rejected':
      throw end.reason === 'unavailable'
        ? refused('undone', 'A service did not answer for long, so that all was undone.')
        : refused(end.reason, 'Refused, and all that was done before is undone.');
    case 'failed':
      throw refused('undone', 'It was cancelled or went wrong, and all that was done before is undone.');
  }
};
