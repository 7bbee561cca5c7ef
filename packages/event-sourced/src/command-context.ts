import { actorOf } from '@bankside/auth';
import { fingerprintOf, idempotencyKey } from '@bankside/http';
import type { CommandContext } from '@bankside/kernel';
import type { Request } from 'express';

/** No revision: what is asked for only if it is something that it never was. */
const NEVER = -1;

/** The revision in `If-Match`, as `ETag` told it. */
const expectedRevision = (req: Request): number | undefined => {
  const tag = req.get('if-match');
  if (tag === undefined || tag === '*') return undefined;
  const [, revision] = /^"(\d{1,15})"$/.exec(tag) ?? [];
  return revision === undefined ? NEVER : Number(revision);
};

/** Which request a command came with. The id keeps its meaning when the same key is used on another service. */
export const commandContext = (req: Request, now: () => Date): CommandContext => {
  const actor = actorOf(req)?.subject ?? req.get('x-actor'); // Sagas have no token, and say who they are.
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
