import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { Problem } from '@bankside/http';

const TOKEN_HEADER = 'dapr-api-token';

/** Gives both sides of the comparison the same length. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Rejects callers other than the service's own sidecar: they bypass its access control and mTLS. @throws Problem 401 */
export const requireSidecarToken = (token: string): RequestHandler => {
  const expected = digest(token);
  return (req, _res, next) => {
    if (timingSafeEqual(digest(req.get(TOKEN_HEADER) ?? ''), expected)) return next();
    throw new Problem({
      name: 'not-the-sidecar',
      detail: 'Rejected: call this through its sidecar.',
    });
  };
};
