import { ACTOR_HEADER, type Actor, type SignActor } from '@bankside/auth';
import { type Invoke, Outage, type Reply } from '@bankside/dapr';
import type { Clock } from '@bankside/composition';
import { backoff } from '@bankside/std';
import type { Response } from 'express';
import type { CallContext } from './request-context';

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

/** Longer than a process takes to restart. */
const RETRY_FOR_MS = 3_000;
/** The spread separates the retries of requests that failed together. */
const BACKOFF = { firstMs: 50, longestMs: 400, spread: 0.5 };

/** No response, or a service that reports that its own sidecar or database does not respond. Other problems are responses. */
const isOutage = (outcome: Reply | Outage): boolean =>
  outcome instanceof Outage ||
  (outcome.status === 503 && (outcome.body as Readonly<{ type?: unknown }>).type === '/problems/unavailable');

const orThrow = (outcome: Reply | Outage): Reply => {
  if (outcome instanceof Outage) throw outcome;
  return outcome;
};

/**
 * Retries an invocation for three seconds when there is no response, for instance while a service or its sidecar restarts,
 * and once more when the deadline is reached. Only for requests that may be repeated: reads, and mutations with a key. All
 * attempts together stay within `limitMs`.
 */
export const retryOnOutage =
  (invoke: Invoke, clock: Clock, limitMs: number): Invoke =>
  async (appId, method, path, options) => {
    const startedAt = clock.now();
    const spent = (): number => clock.now() - startedAt;
    for (let attempt = 0; ; attempt += 1) {
      const timeoutMs = Math.round(limitMs - spent());
      const outcome = await invoke(appId, method, path, { ...options, timeoutMs }).catch((error: unknown) => {
        if (error instanceof Outage) return error;
        throw error;
      });
      const left = RETRY_FOR_MS - spent();
      if (!isOutage(outcome) || left <= 0) return orThrow(outcome);
      await clock.after(Math.min(backoff(attempt, BACKOFF), left)).done;
    }
  };

/** A response that is written as long as its reader stays connected. */
export type StreamingResponse = Readonly<{ stream: (res: Response) => Promise<void> }>;

export type ApiResponse = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: unknown;
}>;

/** Headers of a service's response that the caller receives. */
const FORWARDED = [
  'consistency-token',
  'idempotent-replayed',
  'retry-after',
  'etag',
  'content-type',
] as const;

/** Limit for a response, retries included; a view may use 2 s of it to catch up with a consistency token. */
const TIMEOUT_MS = 5_000;

const headersOf = ({ headers }: Reply): Record<string, string> =>
  Object.fromEntries(
    FORWARDED.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

/** Calls the services behind the gateway on behalf of an actor and returns their responses, problems included. */
export const upstream = (actingAs: InvokeAs, clock: Clock) => {
  const request = async (
    appId: string,
    method: string,
    path: string,
    { actor, ...options }: CallContext & Readonly<{ body?: unknown }>,
  ): Promise<ApiResponse> => {
    const reply = await retryOnOutage(actingAs(actor), clock, TIMEOUT_MS)(appId, method, path, options);
    return { status: reply.status, headers: headersOf(reply), body: reply.body };
  };

  return {
    get: (appId: string, path: string, { actor, headers }: CallContext): Promise<ApiResponse> =>
      request(appId, 'GET', path, { actor, headers }),
    /** Sends a mutation under the key of the request, so that the service executes it once, however often it is sent. */
    change: (
      method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      appId: string,
      path: string,
      // Always with a body: a sidecar forwards a missing one as one of unknown length and type.
      { actor, headers, key, body = {} }: CallContext & Readonly<{ key: string; body: unknown }>,
    ): Promise<ApiResponse> =>
      request(appId, method, path, { actor, headers: { ...headers, 'idempotency-key': key }, body }),
  };
};
export type Upstream = ReturnType<typeof upstream>;

export const ok = (body: unknown): ApiResponse => ({ status: 200, headers: {}, body });
