import { contracts } from '@bankside/contracts';
import type { Invoke } from '@bankside/dapr';
import { ACTOR_HEADER, type Actor } from '@bankside/auth';
import { pullFeed } from '@bankside/runtime';
import type { Pull } from './tail';

/** The gateway reads feeds as an operator, and filters them for each reader. */
const SELF: Actor = { subject: 'gateway', roles: ['operator'] };

/** Readers of the feeds of all owners. */
export const feedsOf = (
  invoke: Invoke,
  sign: (who: Actor) => Promise<string>,
): Readonly<Record<string, Pull>> => {
  const signed: Invoke = async (appId, method, path, options = {}) =>
    invoke(appId, method, path, {
      ...options,
      headers: { ...options.headers, [ACTOR_HEADER]: await sign(SELF) },
    });
  return Object.fromEntries(Object.keys(contracts).map((source) => [source, pullFeed(signed, source)]));
};
