import { Problem } from '@bankside/http';
import type { Request, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';

/** Requests are counted in windows of this length, so a caller may send two seconds' worth of them at once. */
const WINDOW_S = 2;

/**
 * Limits the requests of each caller to `perSecond`, on average over a window; 0 disables the limit. Sends the headers
 * `RateLimit`, `RateLimit-Policy` and `Retry-After` (draft-ietf-httpapi-ratelimit-headers-08). Each replica counts for
 * itself, and keeps counters of the current and the previous window only.
 */
export const rateLimiter = (perSecond: number) => {
  const count = rateLimit({
    windowMs: WINDOW_S * 1_000,
    limit: Math.ceil(perSecond * WINDOW_S),
    identifier: 'caller',
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    skip: () => perSecond === 0,
    keyGenerator: (_req, res) => String(res.locals['caller']),
    handler: (_req, _res, next) =>
      next(
        new Problem({
          name: 'too-many-requests',
          detail: 'Too many requests. Retry after the seconds in Retry-After.',
        }),
      ),
  });
  /** @throws Problem 429 when `caller` has exceeded the limit */
  return async (caller: string, req: Request, res: Response): Promise<void> => {
    res.locals['caller'] = caller;
    await new Promise<void>((resolve, reject) => {
      void count(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error as Error)));
    });
  };
};
/** The name of a caller without a valid token. IPv6 addresses count by their /56 network. */
export const addressOf = ({ ip = '' }: Request): string => `address ${ipKeyGenerator(ip)}`;
export type RateLimiter = ReturnType<typeof rateLimiter>;
