import type { Operation } from '@bankside/contracts/http';
import { customerScopeOf, notTheOwner, type Actor } from '@bankside/auth';
import { Problem } from '@bankside/http';
/** @throws Problem 403 unless one of the actor's roles is allowed */
export const requireRole = ({ roles }: Operation, who: Actor): void => {
  if (who.roles.some((role) => (roles as readonly string[]).includes(role))) return;
  throw new Problem({
    name: 'forbidden',
    detail: `This call requires one of the roles ${roles.join(', ')}.`,
  });
};

/** @throws Problem 403 when a customer's request names another customer */
export const requireOwnership = (
  { owner }: Operation,
  who: Actor,
  parts: Readonly<Record<string, unknown>>,
): void => {
  const bound = customerScopeOf(who);
  if (bound === undefined || owner === undefined || owner === 'service' || owner === 'none') return;
  const part = parts[owner] as Readonly<{ customerId?: unknown }> | undefined;
  if (part?.customerId === bound) return;
  throw notTheOwner();
};
