import { randomBytes } from 'node:crypto';
import { isMutation, type Operation } from '@bankside/contracts/http';
import { ACTOR_HEADER, type Actor } from '@bankside/auth';
import { badRequest, idempotencyKey } from '@bankside/http';
import { uuidFrom } from '@bankside/std/ids';
import type { Request } from 'express';

/** The actor of a request, and the headers that the gateway forwards to services. */
export type RequestContext = Readonly<{
  actor: Actor;
  headers: Readonly<Record<string, string>>;
}>;

/** Leaves room for the subject that prefixes the key. */
const MAX_KEY_LENGTH = 128;
const MAX_NAME_LENGTH = 100;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Headers that are forwarded, with the maximum length that the API documents. */
const FORWARDED = { 'if-match': 128, 'consistency-token': 1_024 } as const;
const VISIBLE = /^[\x20-\x7e]*$/;

/** @throws Problem 400 for a header that is too long or not printable ASCII */
const forwardedHeaders = (req: Request): Record<string, string> =>
  Object.fromEntries(
    Object.entries(FORWARDED).flatMap(([name, length]) => {
      const value = req.get(name);
      if (value === undefined) return [];
      if (value.length <= length && VISIBLE.test(value)) return [[name, value]];
      const detail = `must be at most ${length} printable ASCII characters`;
      throw badRequest(`Header ${name} ${detail}.`, [{ pointer: `header:${name}`, detail }]);
    }),
  );

const newTrace = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

export const requestContext = async (
  req: Request,
  actor: Actor,
  sign: (who: Actor) => Promise<string>,
): Promise<RequestContext> => {
  const trace = req.get('traceparent') ?? '';
  return {
    actor,
    headers: {
      traceparent: TRACEPARENT.test(trace) ? trace : newTrace(),
      [ACTOR_HEADER]: await sign(actor),
      ...forwardedHeaders(req),
    },
  };
};

/** Contains no slash, which separates it from the key, and is at most `MAX_NAME_LENGTH` long. */
const nameOf = ({ subject }: Actor): string => {
  const name = encodeURIComponent(subject);
  return name.length <= MAX_NAME_LENGTH ? name : uuidFrom(subject);
};

/** The idempotency key for services: prefixed with the subject, so that the keys of two callers never collide. */
export const scopedIdempotencyKey = (
  operation: Operation,
  req: Request,
  actor: Actor,
): string | undefined => {
  if (!isMutation(operation)) return undefined;
  const key = idempotencyKey(req);
  if (key.length <= MAX_KEY_LENGTH) return `${nameOf(actor)}/${key}`;
  const detail = `must be 1 to ${MAX_KEY_LENGTH} characters`;
  throw badRequest(`Header Idempotency-Key ${detail}.`, [{ pointer: 'header:Idempotency-Key', detail }]);
};
