import { randomBytes, randomUUID } from 'node:crypto';
import { isMutation, type Operation } from '@bankside/contracts/http';
import type { Actor } from '@bankside/auth';
import { badRequest, CONSISTENCY_TOKEN, idempotencyKey, servicesInToken } from '@bankside/http';
import { callerCommandId, causalHeaders, digestedCallerCommandId, type CausalContext } from '@bankside/std';
import { uuidFrom } from '@bankside/std/ids';
import { isTraceparent } from '@bankside/telemetry';
import type { Request } from 'express';

/** The actor of a call, and the headers that the gateway sends to services. */
export type CallContext = Readonly<{
  actor: Actor;
  headers: Readonly<Record<string, string>>;
}>;

/** `headers` contain the causal context. */
export type RequestContext = CallContext & Readonly<{ causalContext: Required<CausalContext> }>;

/** Leaves room for the subject that prefixes the key. */
const MAX_KEY_LENGTH = 128;
const MAX_NAME_LENGTH = 100;

/** Headers that are forwarded, with the maximum length that the API documents. */
const FORWARDED = { 'if-match': 128, 'consistency-token': 1_024 } as const;
const VISIBLE = /^[\x20-\x7e]*$/;

const badHeader = (name: string, detail: string) =>
  badRequest(`Header ${name} ${detail}.`, [{ pointer: `header:${name}`, detail }]);

/** @throws Problem 400 for `If-Match` on a mutation that would ignore it */
const requireEvaluatedConditions = (operation: Operation, req: Request): void => {
  if (!isMutation(operation) || operation.conditional || req.get('if-match') === undefined) return;
  throw badHeader('if-match', 'is not supported by this call');
};

/** @throws Problem 400 for a header that is too long or not printable ASCII */
const forwardedHeaders = (req: Request): Record<string, string> =>
  Object.fromEntries(
    Object.entries(FORWARDED).flatMap(([name, length]) => {
      const value = req.get(name);
      if (value === undefined) return [];
      if (value.length <= length && VISIBLE.test(value)) return [[name, value]];
      throw badHeader(name, `must be at most ${length} printable ASCII characters`);
    }),
  );

const newTrace = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

/**
 * Begins a story. Repeats of a change belong to one story, so its id is derived from the scoped key. An id that the
 * caller sends is ignored.
 */
const causalContextOf = (req: Request, key: string | undefined): Required<CausalContext> => {
  const trace = req.get('traceparent');
  const correlationId = key === undefined ? randomUUID() : uuidFrom(`request ${key}`);
  return {
    trace: isTraceparent(trace) ? trace : newTrace(),
    correlationId,
    causationId: correlationId,
  };
};

/** `key`: the scoped idempotency key of a mutation. @throws Problem 400 for headers that the call does not take */
export const requestContext = (
  operation: Operation,
  req: Request,
  { actor, key }: Readonly<{ actor: Actor; key: string | undefined }>,
): RequestContext => {
  requireEvaluatedConditions(operation, req);
  const token = req.get(CONSISTENCY_TOKEN);
  if (token !== undefined && !isMutation(operation)) servicesInToken(token); // Rejects an invalid one.
  const causalContext = causalContextOf(req, key);
  return { actor, causalContext, headers: { ...causalHeaders(causalContext), ...forwardedHeaders(req) } };
};

const commandIdOf = ({ subject }: Actor, key: string): string =>
  encodeURIComponent(subject).length <= MAX_NAME_LENGTH
    ? callerCommandId(subject, key)
    : digestedCallerCommandId(uuidFrom(subject), key);

/** The idempotency key for services: a command id of the caller, so that keys of two callers never meet. */
export const scopedIdempotencyKey = (
  operation: Operation,
  req: Request,
  actor: Actor,
): string | undefined => {
  if (!isMutation(operation)) return undefined;
  const key = idempotencyKey(req);
  if (key.length <= MAX_KEY_LENGTH) return commandIdOf(actor, key);
  throw badHeader('Idempotency-Key', `must be 1 to ${MAX_KEY_LENGTH} characters`);
};
