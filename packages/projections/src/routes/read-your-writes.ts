import { contracts, type Owner } from '@bankside/contracts';
import { badRequest, CONSISTENCY_TOKEN, Problem } from '@bankside/http';
import type { RequestHandler } from 'express';
import type { Delivery } from '../delivery';
import type { Projection } from '../projection';

/** How long a query waits for its projection. */
const WAIT_MS = 2_000;
const RETRY_AFTER_SECONDS = 1;
const MAX_TOKENS = 20;
const TOKEN = /^([a-z]+)\/([^@,\s]{1,200})@(\d{1,15})$/;

const owners = Object.keys(contracts) as readonly Owner[];
const isOwner = (name: string): name is Owner => Object.hasOwn(contracts, name);

const fieldsOf = (owner: Owner): readonly (readonly string[])[] =>
  Object.values(contracts[owner]).map(({ shape }) => Object.keys(shape));

const isIdentifier = (field: string): boolean => /(Id|Number|^sku)$/.test(field);

/** The identifier that most events of an owner carry besides `customerId`, which is that of customers alone. */
const identifierOf = (owner: Owner): string => {
  const events = fieldsOf(owner);
  const candidates = new Set(events.flat().filter((field) => isIdentifier(field) && field !== 'customerId'));
  const inMost = (field: string): boolean =>
    events.filter((fields) => fields.includes(field)).length > events.length / 2;
  return [...candidates].find(inMost) ?? 'customerId';
};

/**
 * The owners whose events carry the identifier of this one: a saga that started with a commit of this owner may have
 * written there by the time its token is used. So the token of an order covers its payment, its stock and its money.
 */
const ownersReachedFrom = (owner: Owner): readonly Owner[] => {
  const identifier = identifierOf(owner);
  return owners.filter(
    (other) => other === owner || fieldsOf(other).some((fields) => fields.includes(identifier)),
  );
};

export const reachedFrom: ReadonlyMap<Owner, readonly Owner[]> = new Map(
  owners.map((owner) => [owner, ownersReachedFrom(owner)]),
);

const ownersIn = (header: string): readonly Owner[] => {
  const tokens = header.split(',').map((token) => token.trim());
  return tokens.map((token) => {
    const [, service = ''] = TOKEN.exec(token) ?? [];
    if (tokens.length <= MAX_TOKENS && isOwner(service)) return service;
    const detail = `must be at most ${MAX_TOKENS} of <service>/<stream>@<revision>, separated by commas`;
    throw badRequest(`Header ${CONSISTENCY_TOKEN} ${detail}.`, [
      { pointer: `header:${CONSISTENCY_TOKEN}`, detail },
    ]);
  });
};

/**
 * Delays a query until its projection has what the caller wrote, according to `Consistency-Token`. The commit is in the
 * outbox of its owner by then, so a projection that has everything the owner has committed by now has it too.
 * @throws Problem 503 `view-behind` after two seconds
 */
export const readYourWrites =
  (projection: Projection, { catchUp }: Pick<Delivery, 'catchUp'>): RequestHandler =>
  async (req, _res, next) => {
    const header = req.get(CONSISTENCY_TOKEN);
    if (header === undefined) return next();
    const reached = new Set(ownersIn(header).flatMap((owner) => reachedFrom.get(owner)!));
    const sources = projection.sources.filter((source) => reached.has(source));
    try {
      if (sources.length > 0) await catchUp(projection, sources, WAIT_MS);
    } catch {
      throw new Problem({
        name: 'view-behind',
        detail: `${projection.name} does not have your last change yet. Try again.`,
        retryAfter: RETRY_AFTER_SECONDS,
      });
    }
    next();
  };
