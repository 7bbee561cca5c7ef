import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { Problem } from '@bankside/http';

const TOKEN_HEADER = 'dapr-api-token';

/** Of one length whatever is compared. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Refuses whoever is not the service's own sidecar: past it there are neither access-control lists nor encryption. */
export const sidecarOnly = (token: string): RequestHandler => {
  const expected = digest(token);
  return (req, _res, next) => {
    if (timingSafeEqual(digest(req.get(TOKEN_HEADER) ?? ''), expected)) return next();
    throw new Problem({
      name: 'not-the-sidecar',
      status: 401,
      detail: 'Refused: call this through its sidecar.',
    });
  };
};
