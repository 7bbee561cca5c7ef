import { createHmac } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { badRequest } from './problem';

const MAX_KEY_LENGTH = 255;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** JSON with sorted keys: two ways to write one request get one digest. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** The caller's key for this mutation. @throws Problem 400 without one */
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
 * Digests of requests are stored, and a request may hold little but a mobile number, which could be guessed from a plain
 * digest. The key must be the same in every replica and stay the same: digests are compared for days.
 */
export const fingerprintKey =
  (key: string): RequestHandler =>
  (req, _res, next) => {
    keys.set(req, key);
    next();
  };

/** HMAC-SHA-256 of method, path and body. */
export const fingerprintOf = (req: Request): string =>
  createHmac('sha256', keys.get(req) ?? '')
    .update(`${req.method} ${req.originalUrl}\n${canonical(req.body ?? null)}`)
    .digest('base64url');
