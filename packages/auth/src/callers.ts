import { Problem } from '@bankside/http';
import type { Request, RequestHandler } from 'express';

/** Which services may call this one, and which may only read its feed. */
export type Callers = Readonly<{ self: string; callers: readonly string[]; feedReaders: readonly string[] }>;

type CallersConfig = Readonly<{
  APP_ID: string;
  CALLERS?: readonly string[] | undefined;
  FEED_READERS: readonly string[];
}>;

/** Undefined without `CALLERS`, as in the test of one service: then every service may call. */
export const callersOf = ({ APP_ID, CALLERS, FEED_READERS }: CallersConfig): Callers | undefined =>
  CALLERS && { self: APP_ID, callers: CALLERS, feedReaders: FEED_READERS };

/** The app-id of the caller. The caller's sidecar sets it, and overwrites any value from the caller. */
export const CALLER_HEADER = 'dapr-caller-app-id';

/** Operator routes are for the gateway, which checks the role of its caller. */
export const gatewayOnly: RequestHandler = (req, _res, next) => {
  const caller = req.get(CALLER_HEADER);
  if (caller === undefined || caller === 'gateway') return next();
  throw new Problem({
    name: 'caller-not-allowed',
    status: 403,
    detail: `Rejected: ${caller} may not call this.`,
  });
};

/** A delivery of the service's own sidecar, which names no caller. */
const isDelivery = ({ method, path }: Request): boolean => method === 'POST' && path.startsWith('/events/');

/**
 * Enforces the same allow list as the access-control list of the sidecar, which applies only where mTLS identifies callers:
 * on Kubernetes. A request without a caller may only deliver events, which prove their author by a signature: a caller can have
 * the header removed on its way by naming it in `Connection`.
 *
 * @throws Problem 403 for any other caller
 */
export const requireCaller =
  ({ self, callers, feedReaders }: Callers): RequestHandler =>
  (req, _res, next) => {
    const caller = req.get(CALLER_HEADER);
    const isFeed = req.method === 'GET' && req.path === '/feed';
    const allowed =
      caller === undefined
        ? isDelivery(req)
        : caller === self || callers.includes(caller) || (isFeed && feedReaders.includes(caller));
    if (allowed) return next();
    throw new Problem({
      name: 'caller-not-allowed',
      detail: `Rejected: ${caller ?? 'an unnamed caller'} may not call this.`,
    });
  };
