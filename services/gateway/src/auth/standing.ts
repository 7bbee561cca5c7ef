import type { Clock } from '@bankside/composition';
import { Outage, pathOf, type Invoke } from '@bankside/dapr';
import type { Actor, SignActor } from '@bankside/auth';
import { Problem } from '@bankside/http';
import { expiringCache } from '@bankside/std/expiring-cache';
import { invokeAs, retryOnOutage } from '../upstream';
import type { Authenticate } from './authenticate';

/** How long a standing is cached: the longest time for which a customer who left is still served. */
const FRESH_MS = 2_000;
/** How long the last known standing is used while `customers` does not respond. No customer can leave without that service. */
const KNOWN_MS = 15 * 60_000;
/** Pause between requests to a service that does not respond. */
const PAUSE_MS = 5_000;
const TIMEOUT_MS = 1_000;
const FIRST_TIMEOUT_MS = 5_000;
const CACHED_CUSTOMERS = 50_000;
/** A customer who left never comes back: a new registration has a new id. */
const LEFT = new Set<unknown>(['deactivated', 'forgotten']);

type Known = Readonly<{ left: boolean; askAgainAt: number; knownUntil: number }>;

/** Whether the customer of a token was deactivated or forgotten. @throws Outage when that is not known */
export type HasLeft = (customer: Actor) => Promise<boolean>;

export const customerStanding = (invoke: Invoke, sign: SignActor, clock: Clock): HasLeft => {
  const known = expiringCache<Known>(CACHED_CUSTOMERS);
  const running = new Map<string, Promise<boolean>>();
  const asActor = invokeAs(invoke, sign);

  const read = async (customerId: string, actor: Actor, last: Known | undefined): Promise<boolean> => {
    const ask = asActor({ ...actor, roles: ['customer'] });
    const patient = last === undefined ? retryOnOutage(ask, clock, FIRST_TIMEOUT_MS) : ask;
    const { status, body } = await patient('customers', 'GET', pathOf('customers', customerId), {
      timeoutMs: TIMEOUT_MS,
    });
    if (status !== 200 && status !== 404) throw new Outage(`customers responded ${status}`);
    return status === 200 && LEFT.has((body as Readonly<{ status?: unknown }>).status);
  };

  const refresh = async (customerId: string, actor: Actor): Promise<boolean> => {
    const last = known.get(customerId, clock.now());
    try {
      const left = await read(customerId, actor, last);
      const knownUntil = clock.now() + KNOWN_MS;
      known.set(
        customerId,
        { left, askAgainAt: left ? knownUntil : clock.now() + FRESH_MS, knownUntil },
        knownUntil,
      );
      return left;
    } catch (error) {
      if (last === undefined || !(error instanceof Outage)) throw error;
      known.set(customerId, { ...last, askAgainAt: clock.now() + PAUSE_MS }, last.knownUntil);
      return last.left;
    }
  };

  return async (actor) => {
    const { customerId } = actor;
    if (customerId === undefined) return false;
    const last = known.get(customerId, clock.now());
    if (last !== undefined && clock.now() < last.askAgainAt) return last.left;
    const already = running.get(customerId);
    if (already !== undefined) return already;
    const response = refresh(customerId, actor).finally(() => running.delete(customerId));
    running.set(customerId, response);
    return response;
  };
};

/**
 * Takes the role customer from actors who are no longer customers.
 * @throws Problem 401 for one who has no other role
 */
export const withStanding =
  (authenticate: Authenticate, hasLeft: HasLeft): Authenticate =>
  async (req, res) => {
    const actor = await authenticate(req, res);
    if (!actor.roles.includes('customer') || !(await hasLeft(actor))) return actor;
    const { customerId: _left, ...person } = actor;
    const roles = actor.roles.filter((role) => role !== 'customer');
    if (roles.length > 0) return { ...person, roles };
    res.set('WWW-Authenticate', 'Bearer error="invalid_token"');
    throw new Problem({
      name: 'customer-left',
      detail: 'The customer of this token was deactivated or forgotten.',
    });
  };
