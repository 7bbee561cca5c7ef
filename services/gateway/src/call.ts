import { randomBytes } from 'node:crypto';
import { changes, type Operation } from '@bankside/contracts/http';
import { ACTOR_HEADER, badRequest, idempotencyKey, uuidFrom, type Actor } from '@bankside/service';
import type { Request } from 'express';

/** Who asks, and what goes along to the services that are asked. */
export type Call = Readonly<{
  actor: Actor;
  headers: Readonly<Record<string, string>>;
}>;

/** Leaves room for the caller's name before it. */
const MAX_KEY_LENGTH = 128;
const MAX_NAME_LENGTH = 100;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

const newTrace = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

export const callOf = async (
  req: Request,
  actor: Actor,
  sign: (who: Actor) => Promise<string>,
): Promise<Call> => {
  const trace = req.get('traceparent') ?? '';
  const token = req.get('consistency-token');
  const match = req.get('if-match');
  return {
    actor,
    headers: {
      traceparent: TRACEPARENT.test(trace) ? trace : newTrace(),
      [ACTOR_HEADER]: await sign(actor),
      ...(token !== undefined && { 'consistency-token': token }),
      ...(match !== undefined && { 'if-match': match }),
    },
  };
};

/** Without a slash, so that it ends where the key begins; and of a length that leaves room for the key. */
const nameOf = ({ subject }: Actor): string => {
  const name = encodeURIComponent(subject);
  return name.length <= MAX_NAME_LENGTH ? name : uuidFrom(subject);
};

/** The key under which services know this change: two callers never meet each other's. */
export const keyOf = (operation: Operation, req: Request, actor: Actor): string | undefined => {
  if (!changes(operation)) return undefined;
  const key = idempotencyKey(req);
  if (key.length <= MAX_KEY_LENGTH) return `${nameOf(actor)}/${key}`;
  const detail = `must be 1 to ${MAX_KEY_LENGTH} characters`;
  throw badRequest(`Header Idempotency-Key ${detail}.`, [{ pointer: 'header:Idempotency-Key', detail }]);
};
