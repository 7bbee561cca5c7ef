import type { Request, RequestHandler } from 'express';
import * as z from 'zod';
import { Problem } from '@bankside/http';

/** No control characters or lone surrogates: the subject becomes part of keys and of stored JSON. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u;

/** The person on whose behalf a request is made. Only customers have a `customerId`. */
export const actorSchema = z.object({
  subject: z.string().max(255).regex(PRINTABLE),
  roles: z.array(z.enum(['customer', 'teller', 'operator'])).readonly(),
  customerId: z.string().optional(),
});
export type Actor = z.infer<typeof actorSchema>;

type Role = Actor['roles'][number];

export const STAFF: readonly Role[] = ['teller', 'operator'];
/** Tellers reach the data of every customer. Operators run the system, and reach customers' data only where a route declares it. */
const REACH_ALL: readonly Role[] = ['teller'];

const hasOneOf = ({ roles }: Actor, wanted: readonly Role[]): boolean =>
  roles.some((role) => wanted.includes(role));

/** Operators run the system and need no persons: they get their data masked, unless another role opened the call too. */
export const seesPersons = (who: Actor): boolean => !hasOneOf(who, ['operator']) || hasOneOf(who, ['teller']);

const actors = new WeakMap<Request, Actor>();

export const setActor = (req: Request, who: Actor): void => void actors.set(req, who);

/** The actor of a request; undefined when the system itself makes it, for instance a saga. */
export const actorOf = (req: Request): Actor | undefined => actors.get(req);

/** The only customer whose data this request may reach; undefined when it may reach all. */
export const customerScope = (req: Request, reachAll?: readonly Role[]): string | undefined =>
  customerScopeOf(actorOf(req), reachAll);

/**
 * The only customer whose data the actor may reach; undefined if the actor may reach all. Empty, which matches none,
 * for actors other than customers. The gateway leaves in a token only the roles that open the call, so that a role
 * never widens what another one opened. `reachAll`: the roles that reach the data of every customer in this call.
 */
export const customerScopeOf = (
  who: Actor | undefined,
  reachAll: readonly Role[] = REACH_ALL,
): string | undefined => {
  if (who === undefined || hasOneOf(who, reachAll)) return undefined;
  return who.roles.includes('customer') ? (who.customerId ?? '') : '';
};

export const notTheOwner = (): Problem =>
  new Problem({ name: 'not-the-owner', detail: 'Rejected: this belongs to another customer.' });

/** @throws Problem 403 when another customer makes the request */
export const requireOwner = (req: Request, customerId: string, reachAll?: readonly Role[]): void => {
  const scope = customerScope(req, reachAll);
  if (scope === undefined || scope === customerId) return;
  throw notTheOwner();
};

/** @throws Problem 403 unless one of the roles, or the system itself, makes the request */
const requireOneOf = (req: Request, roles: readonly Role[]): void => {
  const actor = actorOf(req);
  if (actor === undefined || hasOneOf(actor, roles)) return;
  throw new Problem({ name: 'forbidden', detail: `Rejected: this is for ${roles.join('s, ')}s.` });
};

/** @throws Problem 403 when a customer makes the request */
export const requireStaff = (req: Request): void => requireOneOf(req, STAFF);

/** Protects routes for staff and for the system. */
export const staffOnly: RequestHandler = (req, _res, next) => {
  requireStaff(req);
  next();
};

/** @throws Problem 403 unless a teller or the system makes the request */
export const requireTeller = (req: Request): void => requireOneOf(req, ['teller']);

/** Protects routes for tellers and for the system: changes and reads of what belongs to customers. */
export const tellerOnly: RequestHandler = (req, _res, next) => {
  requireTeller(req);
  next();
};

/** Protects routes for operators and for the system. */
export const operatorOnly: RequestHandler = (req, _res, next) => {
  requireOneOf(req, ['operator']);
  next();
};

/** Lets customers use `GET` only. */
export const customersReadOnly: RequestHandler = (req, _res, next) => {
  if (req.method !== 'GET') requireStaff(req);
  next();
};

/** Protects routes with `:customerId` in their path: for that customer, staff and the system. */
export const ownerOnly: RequestHandler<{ customerId: string }> = (req, _res, next) => {
  requireOwner(req as unknown as Request, req.params.customerId);
  next();
};
