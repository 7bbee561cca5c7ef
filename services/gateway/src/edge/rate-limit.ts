import { Problem } from '@bankside/http';
import type { Response } from 'express';

export type RateLimit = Readonly<{
  /** Calls in a second that one caller may make for ever; 0 for no limit. */
  perSecond: number;
  now: () => number;
}>;

/** What a caller may do at once after a pause, in seconds' worth of calls. */
const BURST_S = 2;
/** Callers that are remembered. Beyond it the one who called least recently starts afresh. */
const REMEMBERED = 50_000;

type Bucket = Readonly<{ left: number; at: number }>;

/**
 * Counts calls by caller in a bucket that fills itself again, and tells the caller how it stands (RateLimit headers of
 * draft-ietf-httpapi-ratelimit-headers). Each replica counts for itself.
 */
export const rateLimiter = ({ perSecond, now }: RateLimit) => {
  const buckets = new Map<string, Bucket>();
  const most = perSecond * BURST_S;

  const take = (caller: string): number => {
    const at = now();
    const before = buckets.get(caller) ?? { left: most, at };
    const filled = Math.min(most, before.left + ((at - before.at) / 1_000) * perSecond);
    const left = filled - 1;
    buckets.delete(caller);
    buckets.set(caller, { left: Math.max(left, 0), at });
    const [oldest] = buckets.size > REMEMBERED ? buckets.keys() : [];
    if (oldest !== undefined) buckets.delete(oldest);
    return left;
  };

  /** @throws Problem 429 when the caller has called too often */
  return (caller: string, res: Response): void => {
    if (perSecond === 0) return;
    const left = take(caller);
    const reset = Math.ceil((most - Math.max(left, 0)) / perSecond);
    res.set('RateLimit-Policy', `"caller";q=${most};w=${BURST_S}`);
    res.set('RateLimit', `"caller";r=${Math.max(Math.floor(left), 0)};t=${reset}`);
    if (left >= 0) return;
    throw new Problem({
      name: 'too-many-requests',
      detail: 'Too many requests. Wait a moment.',
      retryAfter: Math.max(1, Math.ceil(1 / perSecond)),
    });
  };
};
export type RateLimiter = ReturnType<typeof rateLimiter>;
