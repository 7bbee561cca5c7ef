import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import { Problem } from '@bankside/http';

/** It becomes part of keys and of what is stored, where control characters and halves of a pair cannot be. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u;

/** Who a request is made for. Customers are somebody; the others may be anybody with that work. */
export const actor = z.object({
  subject: z.string().max(255).regex(PRINTABLE),
  roles: z.array(z.enum(['customer', 'teller', 'operator'])).readonly(),
  customerId: z.string().optional(),
});
export type Actor = z.infer<typeof actor>;

/** Names of the roles that reach every customer. */
const UNBOUND = new Set(['teller', 'operator']);

const actors = new WeakMap<Request, Actor>();

export const setActor = (req: Request, who: Actor): void => void actors.set(req, who);

/** Who asks; undefined when it is a part of the system, such as a saga. */
export const actorOf = (req: Request): Actor | undefined => actors.get(req);

/** The only customer whose things this request may reach; undefined when it may reach all. */
export const boundTo = (req: Request): string | undefined => customerBound(actorOf(req));

export const customerBound = (who: Actor | undefined): string | undefined =>
  who === undefined || who.roles.some((role) => UNBOUND.has(role)) ? undefined : (who.customerId ?? '');

export const notTheOwner = (): Problem =>
  new Problem({ name: 'not-the-owner', status: 403, detail: "Refused: this is another customer's." });

/** @throws Problem 403 when the request comes from another customer than this one */
export const requireOwner = (req: Request, customerId: string): void => {
  const bound = boundTo(req);
  if (bound === undefined || bound === customerId) return;
  throw notTheOwner();
};

/** @throws Problem 403 when a customer asks */
export const requireStaff = (req: Request): void => {
  if (boundTo(req) === undefined) return;
  throw new Problem({ name: 'forbidden', status: 403, detail: 'Refused: this is not for customers.' });
};

/** Routes behind it are not for customers. */
export const staffOnly: RequestHandler = (req, _res, next) => {
  requireStaff(req);
  next();
};

/** Behind it customers may only read. */
export const staffChanges: RequestHandler = (req, _res, next) => {
  if (req.method !== 'GET') requireStaff(req);
  next();
};

/** Routes behind it, with `:customerId` in their path, are for that customer and for the staff. */
export const ownerOnly: RequestHandler<{ customerId: string }> = (req, _res, next) => {
  requireOwner(req as unknown as Request, req.params.customerId);
  next();
};
