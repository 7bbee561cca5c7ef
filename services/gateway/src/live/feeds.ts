import { contracts } from '@bankside/contracts';
import type { Invoke } from '@bankside/dapr';
import type { SignActor } from '@bankside/auth';
import { pullFeed } from '@bankside/runtime';
import { GATEWAY, invokeAs } from '../upstream';
import type { Pull } from './tail';

/** Readers of the feeds of all owners, which the gateway filters for each of its callers. */
export const feedsOf = (invoke: Invoke, sign: SignActor): Readonly<Record<string, Pull>> => {
  const asGateway = invokeAs(invoke, sign)(GATEWAY);
  return Object.fromEntries(Object.keys(contracts).map((source) => [source, pullFeed(asGateway, source)]));
};
