/** Beyond this attempt the pause would overflow; it has long been the longest by then. */
const MAX_EXPONENT = 20;

/** `ms`, randomly up to `spread` more or less, so that replicas and clients do not retry in step. */
export const jittered = (ms: number, spread = 0.25): number => ms * (1 - spread + 2 * spread * Math.random());

type BackoffOptions = Readonly<{ firstMs: number; longestMs: number; spread?: number }>;

/** The pause in milliseconds before a retry, doubled with each attempt from 0 on, with jitter. */
export const backoff = (attempt: number, { firstMs, longestMs, spread }: BackoffOptions): number =>
  jittered(Math.min(longestMs, firstMs * 2 ** Math.min(attempt, MAX_EXPONENT)), spread);
