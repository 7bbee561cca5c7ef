import { contracts, type Owner } from '@bankside/contracts';
import { badRequest, CONSISTENCY_TOKEN, Problem } from '@bankside/http';
import type { RequestHandler } from 'express';
import type { Delivery } from '../delivery';
import type { Projection } from '../projection';

/** How long a query waits for its view. */
const WAIT_MS = 2_000;
const RETRY_AFTER_SECONDS = 1;
const TOKENS = 20;
const TOKEN = /^([a-z]+)\/([^@,\s]{1,200})@(\d{1,15})$/;

/**
 * Where a commit of a service may have led to others by the time that its token is used: sagas write on from there.
 * So the token of an order stands for all that its saga has written. A service that is not listed leads to none.
 */
const REACHES: Readonly<Partial<Record<Owner, readonly Owner[]>>> = {
  customers: ['customers', 'accounts', 'cards', 'loans'],
  accounts: ['accounts', 'cards'],
  cards: ['accounts', 'cards'],
  orders: ['orders', 'payments', 'inventory', 'accounts', 'cards'],
};

const isOwner = (name: string): name is Owner => Object.hasOwn(contracts, name);

const ownersIn = (header: string): readonly Owner[] => {
  const tokens = header.split(',').map((token) => token.trim());
  return tokens.map((token) => {
    const [, service = ''] = TOKEN.exec(token) ?? [];
    if (tokens.length <= TOKENS && isOwner(service)) return service;
    const detail = `must be at most ${TOKENS} of <service>/<stream>@<revision>, with commas between`;
    throw badRequest(`Header ${CONSISTENCY_TOKEN} ${detail}.`, [
      { pointer: `header:${CONSISTENCY_TOKEN}`, detail },
    ]);
  });
};

/**
 * Lets a query pass when its view has what the caller has written, as far as `Consistency-Token` tells. The commit is
 * in the outbox of its owner by then, so a view that has all that the owner has committed by now has it as well.
 */
export const readYourWrites =
  (projection: Projection, projections: Pick<Delivery, 'catchUp'>): RequestHandler =>
  async (req, _res, next) => {
    const header = req.get(CONSISTENCY_TOKEN);
    if (header === undefined) return next();
    const reached = new Set(ownersIn(header).flatMap((owner) => REACHES[owner] ?? [owner]));
    const sources = projection.sources.filter((source) => reached.has(source));
    try {
      if (sources.length > 0) await projections.catchUp(projection, sources, WAIT_MS);
    } catch {
      // Too slow, or an owner does not tell what it has: either way nothing is known to be there.
      throw new Problem({
        name: 'view-behind',
        detail: `${projection.name} does not have your last change yet. Try again.`,
        retryAfter: RETRY_AFTER_SECONDS,
      });
    }
    next();
  };
