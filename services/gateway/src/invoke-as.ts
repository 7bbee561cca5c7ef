import { ACTOR_HEADER, type Actor, type SignActor } from '@bankside/auth';
import type { Invoke } from '@bankside/dapr';

/** The gateway itself, which reads feeds and lags for all callers. */
export const GATEWAY: Actor = { subject: 'gateway', roles: ['operator'] };

/** Calls services on behalf of an actor, whose token is valid at the called service only. */
export const invokeAs =
  (invoke: Invoke, sign: SignActor) =>
  (actor: Actor): Invoke =>
  async (service, method, path, options = {}) => {
    const headers = { ...options.headers, [ACTOR_HEADER]: await sign(actor, service) };
    return invoke(service, method, path, { ...options, headers });
  };
export type InvokeAs = ReturnType<typeof invokeAs>;
