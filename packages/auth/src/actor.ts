import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
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

/** Roles that may reach the data of every customer. */
const STAFF_ROLES = new Set(['teller', 'operator']);

const actors = new WeakMap<Request, Actor>();

export const setActor = (req: Request, who: Actor): void => void actors.set(req, who);

/** The actor of a request; undefined when the system itself makes it, for instance a saga. */
export const actorOf = (req: Request): Actor | undefined => actors.get(req);

/** The only customer whose data this request may reach; undefined when it may reach all. */
export const customerScope = (req: Request): string | undefined => customerScopeOf(actorOf(req));

/** The only customer whose data the actor may reach; empty, which matches none, for a customer without an id. */
export const customerScopeOf = (who: Actor | undefined): string | undefined =>
  who === undefined || who.roles.some((role) => STAFF_ROLES.has(role)) ? undefined : (who.customerId ?? '');

export const notTheOwner = (): Problem =>
  new Problem({ name: 'not-the-owner', detail: 'Rejected: this belongs to another customer.' });

/** @throws Problem 403 when another customer makes the request */
export const requireOwner = (req: Request, customerId: string): void => {
  const scope = customerScope(req);
  if (scope === undefined || scope === customerId) return;
  throw notTheOwner();
};

/** @throws Problem 403 when a customer makes the request */
export const requireStaff = (req: Request): void => {
  if (customerScope(req) === undefined) return;
  throw new Problem({ name: 'forbidden', detail: 'Rejected: customers may not do this.' });
};

/** Protects routes for staff and for the system. */
export const staffOnly: RequestHandler = (req, _res, next) => {
  requireStaff(req);
  next();
};

/** Routes behind it are for operators. */
export const operatorOnly: RequestHandler = (req, _res, next) => {
  const actor = actorOf(req);
  if (actor !== undefined && !actor.roles.includes('operator'))
    throw new Problem({ name: 'forbidden', status: 403, detail: 'Rejected: this is for operators.' });
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
