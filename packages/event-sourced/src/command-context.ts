import { actorOf } from '@bankside/auth';
import { fingerprintOf, idempotencyKey } from '@bankside/http';
import type { CommandContext } from '@bankside/kernel';
import type { Request } from 'express';

/** No stream has this revision: a malformed `If-Match` never matches. */
const NEVER = -1;

/** The revision in `If-Match`, which the client received as `ETag`. */
const expectedRevision = (req: Request): number | undefined => {
  const tag = req.get('if-match');
  if (tag === undefined || tag === '*') return undefined;
  const [, revision] = /^"(\d{1,15})"$/.exec(tag) ?? [];
  return revision === undefined ? NEVER : Number(revision);
};

/** The id, fingerprint, time, actor and trace of the command in a request. */
export const commandContext = (req: Request, now: () => Date): CommandContext => {
  const actor = actorOf(req)?.subject ?? req.get('x-actor'); // Sagas have no token, and name themselves.
  const trace = req.get('traceparent');
  const expected = expectedRevision(req);
  return {
    commandId: idempotencyKey(req),
    fingerprint: fingerprintOf(req),
    at: now().toISOString(),
    ...(expected !== undefined && { expectedRevision: expected }),
    ...(actor && { actor }),
    ...(trace && { trace }),
  };
};
