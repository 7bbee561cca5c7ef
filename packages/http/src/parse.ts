import type * as z from 'zod';
import { badRequest, pointerStep, type FieldError } from './problem';
import {
  canonicalJson,
  CAUSATION_ID,
  CORRELATION_ID,
  defined,
  isCausationId,
  isCorrelationId,
  type CausalContext,
} from '@bankside/std';
import { createHmac } from 'node:crypto';
import type { Request, RequestHandler } from 'express';

const pointerOf = (path: readonly PropertyKey[]): string => path.map(pointerStep).join('');

const fieldErrors = (issue: z.core.$ZodIssue, prefix: string): FieldError[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: prefix + pointerOf([...issue.path, key]),
      detail: 'is unknown',
    }));
  return [{ pointer: prefix + pointerOf(issue.path), detail: issue.message }];
};

/** Parses a part of the request, named by `where`. Code behind the edge trusts the type. */
const parser =
  (where: string, prefix: string) =>
  <T>(schema: z.ZodType<T>, value: unknown): T => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const errors = parsed.error.issues.flatMap((issue) => fieldErrors(issue, prefix));
    const [first] = errors;
    throw badRequest(`${where}: ${first?.pointer || 'it'} ${first?.detail}`, errors);
  };

/** @throws Problem 400 that names each wrong field */
export const parseBody = parser('The body is not valid', '');
/** @throws Problem 400 that names each wrong parameter */
export const parseQuery = parser('The query is not valid', '?');
/** @throws Problem 400 that names each wrong part of the path */
export const parseParams = parser('The path is not valid', '');

const MAX_KEY_LENGTH = 255;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** The `Idempotency-Key` of a mutation. @throws Problem 400 if it is missing or malformed */
export const idempotencyKey = (req: Request): string => {
  const key = req.get('idempotency-key');
  const detail =
    key === undefined
      ? 'is required: a unique key per mutation, so that a retry is not a second one'
      : key.length > MAX_KEY_LENGTH || !PRINTABLE.test(key)
        ? `must be 1 to ${MAX_KEY_LENGTH} printable characters without blanks`
        : undefined;
  if (detail !== undefined)
    throw badRequest(`Header Idempotency-Key ${detail}.`, [{ pointer: 'header:Idempotency-Key', detail }]);
  return key as string;
};

const keys = new WeakMap<Request, string>();

/**
 * Sets the HMAC key of request fingerprints. Fingerprints are stored, and a request may contain little more than a mobile
 * number, which could be guessed from a plain hash. All replicas must use the same key, and keep it: fingerprints are
 * compared for days.
 */
export const useFingerprintKey =
  (key: string): RequestHandler =>
  (req, _res, next) => {
    keys.set(req, key);
    next();
  };

/** HMAC-SHA-256 of method, URL and body: distinguishes a retry from another request with the same key. */
export const fingerprintOf = (req: Request): string =>
  createHmac('sha256', keys.get(req) ?? '')
    .update(`${req.method} ${req.originalUrl}\n${canonicalJson(req.body ?? null)}`)
    .digest('base64url');

const checked = (
  req: Request,
  name: string,
  isValid: (text: string) => boolean,
  form: string,
): string | undefined => {
  const value = req.get(name);
  if (value === undefined || isValid(value)) return value;
  throw badRequest(`Header ${name} must be ${form}.`, [
    { pointer: `header:${name}`, detail: `must be ${form}` },
  ]);
};

/** The causal context in which another service makes a call. @throws Problem 400 for an id of another form */
export const causalContextOf = (req: Request): CausalContext =>
  defined({
    trace: req.get('traceparent'),
    correlationId: checked(req, CORRELATION_ID, isCorrelationId, 'a UUID in lower case'),
    causationId: checked(req, CAUSATION_ID, isCausationId, '1 to 255 printable characters without blanks'),
  });
