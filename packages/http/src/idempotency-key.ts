import { canonicalJson } from '@bankside/std';
import { createHmac } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { badRequest } from './problem';

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
