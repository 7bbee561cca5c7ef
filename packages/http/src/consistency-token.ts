import { contracts, type Owner } from '@bankside/contracts';
import { withTimeout } from '@bankside/std';
import type { Request } from 'express';
import { CONSISTENCY_TOKEN } from './headers';
import { badRequest, Problem } from './problem';

/** How long a read waits for changes that its data lack. */
const WAIT_MS = 2_000;
const RETRY_AFTER_SECONDS = 1;
const MAX_TOKENS = 20;
const TOKEN = /^([a-z]+)\/([^@,\s]{1,200})@(\d{1,15})$/;

const isOwner = (name: string): name is Owner => Object.hasOwn(contracts, name);

/** The services in whose streams the caller has seen changes. @throws Problem 400 */
export const servicesInToken = (header: string): ReadonlySet<string> => {
  const tokens = header.split(',').map((token) => token.trim());
  const services = tokens.map((token) => TOKEN.exec(token)?.[1] ?? '');
  if (tokens.length <= MAX_TOKENS && services.every(isOwner)) return new Set(services);
  const detail = `must be at most ${MAX_TOKENS} of <service>/<stream>@<revision>, separated by commas`;
  throw badRequest(`Header ${CONSISTENCY_TOKEN} ${detail}.`, [
    { pointer: `header:${CONSISTENCY_TOKEN}`, detail },
  ]);
};

type ReadYourWrites = Readonly<{
  /** What is read, for the problem. */
  name: string;
  /** The services whose events it is made of. */
  sources: readonly string[];
  /** Applies everything that these services have committed by now. */
  catchUp: (sources: readonly string[], timeoutMs: number) => Promise<unknown>;
}>;

/**
 * Delays a read of derived data until they include the changes that `Consistency-Token` names. Only services that it
 * names are waited for: their commits are in their outboxes by then, so data that have everything committed by now have
 * those too.
 * @throws Problem 503 `view-behind` after two seconds, 400 for an invalid token
 */
export const readYourWrites = async (
  req: Request,
  { name, sources, catchUp }: ReadYourWrites,
): Promise<void> => {
  const header = req.get(CONSISTENCY_TOKEN);
  if (header === undefined) return;
  const named = servicesInToken(header);
  const awaited = sources.filter((source) => named.has(source));
  if (awaited.length === 0) return;
  const late = (): Error => new Error(`not done in ${WAIT_MS} ms`);
  await withTimeout(catchUp(awaited, WAIT_MS), WAIT_MS, late).catch(() => {
    throw new Problem({
      name: 'view-behind',
      detail: `${name} does not have your last change yet. Try again.`,
      retryAfter: RETRY_AFTER_SECONDS,
    });
  });
};
