import { roles, type Operation, type Role } from '@bankside/contracts/http';
import { customerScopeOf, type Actor } from '@bankside/auth';
import { Problem } from '@bankside/http';
import { nothingOfYours } from './conceal';

const STAFF: readonly Role[] = roles.filter((role) => role !== 'customer');

/**
 * The actor with only the roles that open the call. All that follows, here and in the services, reaches as far as these: a
 * customer who is an operator as well reaches no other customer through a call for customers and tellers.
 * @throws Problem 403 unless one of the actor's roles is allowed
 */
export const admit = ({ roles: allowed }: Pick<Operation, 'roles'>, who: Actor): Actor => {
  const opening = who.roles.filter((role) => (allowed as readonly Role[]).includes(role));
  if (opening.length > 0) return { ...who, roles: opening };
  throw new Problem({
    name: 'forbidden',
    detail: `This call requires one of the roles ${allowed.join(', ')}.`,
  });
};

/** @throws Problem 404 when the request of an admitted customer names another customer, who may not exist */
export const requireOwnership = (
  { owner }: Pick<Operation, 'owner'>,
  who: Actor,
  parts: Readonly<Record<string, unknown>>,
): void => {
  const bound = customerScopeOf(who, STAFF);
  if (bound === undefined || owner === undefined || owner === 'service' || owner === 'none') return;
  const part = parts[owner] as Readonly<{ customerId?: unknown }> | undefined;
  if (part?.customerId === bound) return;
  throw nothingOfYours();
};
