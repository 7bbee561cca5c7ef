import type { ProblemName } from '@bankside/contracts/problems';
import { customerScopeOf, STAFF, type Actor } from '@bankside/auth';
import { Problem } from '@bankside/http';
import type { ApiResponse, StreamingResponse } from '../upstream';
import type { Operation, Role } from '@bankside/contracts/http';

/** Problems by which a customer could distinguish a resource of another customer from one that does not exist. */
const TELLING = new Set<string>(['not-found', 'not-the-owner'] satisfies ProblemName[]);

const nothingOfYours = (): Problem =>
  new Problem({ name: 'not-found', detail: 'There is no such resource, or it is not yours.' });

const problemOf = (body: unknown): string => {
  const type: unknown = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  return String(type).replace(/^\/problems\//, '');
};

/**
 * Runs a call so that its customer gets the same response for what does not exist as for what belongs to another. Staff
 * get the response as it is.
 */
export const concealing = async (
  actor: Actor,
  run: () => Promise<ApiResponse | StreamingResponse>,
): Promise<ApiResponse | StreamingResponse> => {
  if (customerScopeOf(actor, STAFF) === undefined) return run();
  const response = await run().catch((error: unknown) => {
    throw error instanceof Problem && TELLING.has(error.options.name) ? nothingOfYours() : error;
  });
  if ('stream' in response || response.status < 400 || !TELLING.has(problemOf(response.body)))
    return response;
  throw nothingOfYours();
};

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
