import { actorOf } from '@bankside/auth';
import { causalContextOf, fingerprintOf, idempotencyKey } from '@bankside/http';
import type { CommandContext } from '@bankside/kernel';
import { injectedRejection } from '@bankside/runtime';
import type { Request } from 'express';

/** An entity tag (RFC 9110, section 8.8.3) with what separates it from the next one in a list. */
const LISTED_TAG = /(W\/)?"([\x21\x23-\x7e]*)"[ \t]*(?:(?:,[ \t]*)+|$)/gy;

/**
 * The revisions in `If-Match` (RFC 9110, section 13.1.1), which the client received as `ETag`. The comparison is strong, so
 * weak tags match nothing, and neither does any other tag that is no revision.
 */
export const expectedRevisions = (header: string | undefined): readonly number[] | 'any' | undefined => {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  return [...header.trim().matchAll(LISTED_TAG)].flatMap(([, weak, opaque = '']) =>
    weak === undefined && /^\d{1,15}$/.test(opaque) ? [Number(opaque)] : [],
  );
};

/** The id, fingerprint, time, actor and cause of the command in a request. */
export const commandContext = (req: Request, now: () => Date): CommandContext => {
  const actor = actorOf(req)?.subject ?? req.get('x-actor'); // Sagas have no token, and name themselves.
  const expected = expectedRevisions(req.get('if-match'));
  const veto = injectedRejection(req);
  return {
    commandId: idempotencyKey(req),
    fingerprint: fingerprintOf(req),
    at: now().toISOString(),
    ...(expected !== undefined && { expectedRevisions: expected }),
    ...(veto && { veto }),
    ...(actor && { actor }),
    ...causalContextOf(req),
  };
};
