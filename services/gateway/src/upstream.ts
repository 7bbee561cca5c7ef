import type { Clock } from '@bankside/composition';
import type { Reply } from '@bankside/dapr';
import type { Response } from 'express';
import type { InvokeAs } from './invoke-as';
import type { CallContext } from './request-context';
import { retryOnOutage } from './retry-on-outage';

/** A response that is written for as long as its reader stays connected. */
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
