import type { RequestHandler } from 'express';
import { Problem } from '@bankside/http';

/** Which other services may call this one, and which may only read its feed. */
export type Callers = Readonly<{ self: string; callers: readonly string[]; feedReaders: readonly string[] }>;

type CallersConfig = Readonly<{
  APP_ID: string;
  CALLERS?: readonly string[] | undefined;
  FEED_READERS: readonly string[];
}>;

/** Undefined when nothing is said of them, as in a test of one service: then everybody may call. */
export const callersOf = ({ APP_ID, CALLERS, FEED_READERS }: CallersConfig): Callers | undefined =>
  CALLERS && { self: APP_ID, callers: CALLERS, feedReaders: FEED_READERS };

/** Set by the sidecar of the caller, over whatever the caller says. */
const CALLER_HEADER = 'dapr-caller-app-id';

/**
 * The access-control list of the service's sidecar once more. Sidecars enforce theirs only where certificates tell them
 * who calls, which is on Kubernetes; this one holds on one machine as well. Without a caller it is the own sidecar that delivers events.
 */
export const onlyFrom =
  ({ self, callers, feedReaders }: Callers): RequestHandler =>
  (req, _res, next) => {
    const caller = req.get(CALLER_HEADER);
    if (caller === undefined || caller === self || callers.includes(caller)) return next();
    if (req.method === 'GET' && req.path === '/feed' && feedReaders.includes(caller)) return next();
    throw new Problem({
      name: 'caller-not-allowed',
      status: 403,
      detail: `Refused: ${caller} may not call this.`,
    });
  };
