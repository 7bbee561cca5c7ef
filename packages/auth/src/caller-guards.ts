import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Request } from 'express';
import { Problem } from '@bankside/http';
import * as z from 'zod';
import { ACTOR_HEADER, type ActorVerifier } from './actor-token';
import { setActor } from './actor';

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

/** Operations such as `GET /accounts/*`, by the app id of their caller. `*` is one segment of the path. */
const operationsByCaller = z.record(
  z.string(),
  z.array(z.string().regex(/^[A-Z]+ (\/([a-z-]+|\*))+$/)).readonly(),
);

/** The calls that a service accepts. */
export const allowedCalls = z.strictObject({
  /** On behalf of an actor, whose token the caller sends. */
  calls: operationsByCaller,
  /** In the name of the caller, without an actor. */
  systemCalls: operationsByCaller,
});
export type AllowedCalls = z.infer<typeof allowedCalls>;

/** The app id of the caller. The caller's sidecar sets it, and overwrites any value from the caller. */
export const CALLER_HEADER = 'dapr-caller-app-id';

type IsAllowed = (caller: string, req: Request) => boolean;

/** Compares the path as it was sent, which is what express routes by: another spelling of an allowed path is denied. */
const matcherOf = (operations: z.infer<typeof operationsByCaller>): IsAllowed => {
  const patterns = new Map(
    Object.entries(operations).map(([caller, list]) => [
      caller,
      new RegExp(`^(${list.join('|').replaceAll('*', '[^/]+')})$`),
    ]),
  );
  return (caller, { method, path }) => patterns.get(caller)?.test(`${method} ${path}`) ?? false;
};

/** A delivery of the service's own sidecar, which names no caller. */
const isDelivery = ({ method, path }: Request): boolean => method === 'POST' && path.startsWith('/events/');

/**
 * Enforces the calls that the services map lists, which the access-control list of the sidecar enforces only where mTLS
 * identifies callers: on Kubernetes. A request without a caller may only deliver events, which prove their author by a
 * signature: a caller that names the header in `Connection` makes its sidecar drop it.
 *
 * @throws Problem 403 for any other call, and 401 for one that lacks the token of an actor
 */
export const requireAllowedCall = ({ calls, systemCalls }: AllowedCalls): RequestHandler => {
  const [isCall, isSystemCall] = [matcherOf(calls), matcherOf(systemCalls)];
  return (req, _res, next) => {
    const caller = req.get(CALLER_HEADER);
    if (caller === undefined ? isDelivery(req) : isSystemCall(caller, req)) return next();
    if (caller === undefined || !isCall(caller, req))
      throw new Problem({
        name: 'caller-not-allowed',
        detail: `Rejected: ${caller ?? 'an unnamed caller'} may not make this call.`,
      });
    if (req.get(ACTOR_HEADER) === undefined)
      throw new Problem({ name: 'unknown-actor', detail: `Rejected: ${caller} sent no actor token.` });
    next();
  };
};

/**
 * Reads the actor of a request from its token. A request without one is made by a service in its own name, which
 * `requireAllowedCall` admits for the system calls of the services map only.
 *
 * @throws Problem 401 for an invalid token
 */
export const authenticateActor =
  (verify: ActorVerifier): RequestHandler =>
  async (req, _res, next) => {
    const token = req.get(ACTOR_HEADER);
    if (token !== undefined)
      setActor(
        req,
        await verify(token).catch(() => {
          throw new Problem({
            name: 'unknown-actor',
            detail: 'The actor token is not valid for this service.',
          });
        }),
      );
    next();
  };
