import type { Actor } from './actor';
import type { SignActor } from './actor-token';

/** Carries the tokens with which the called service calls further services on behalf of the actor. */
export const DELEGATION_HEADER = 'x-delegated-actor-tokens';

/** The tokens of an actor for several services, as the value of a header. */
export const delegation = async (sign: SignActor, who: Actor, services: readonly string[]): Promise<string> =>
  (await Promise.all(services.map(async (one) => `${one}=${await sign(who, one)}`))).join(',');

/** The token for one service in the value of the header. */
export const delegatedToken = (header: string | undefined, service: string): string | undefined =>
  header
    ?.split(',')
    .find((one) => one.startsWith(`${service}=`))
    ?.slice(service.length + 1);
