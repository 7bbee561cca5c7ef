import type { Clock } from '@bankside/composition';
import type { Invoke, Reply } from '@bankside/dapr';
import type { Response } from 'express';
import type { RequestContext } from './request-context';
import { retryOnOutage } from './retry-on-outage';

/** An answer that goes on for as long as its reader wants. */
export type StreamingResponse = Readonly<{ stream: (res: Response) => Promise<void> }>;

/** What a call of the public API answers. */
export type ApiResponse = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: unknown;
}>;

/** Headers of a service's answer that are the caller's business. */
const FORWARDED = [
  'consistency-token',
  'idempotent-replayed',
  'retry-after',
  'etag',
  'content-type',
] as const;

/** A service has this long to answer; a view may wait 2 s of it for what the caller wants to see. */
const TIMEOUT_MS = 5_000;

const headersOf = ({ headers }: Reply): Record<string, string> =>
  Object.fromEntries(
    FORWARDED.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

/** Calls of the services behind the gateway. What they answer is passed on as it is, problems too. */
export const upstream = (invoke: Invoke, clock: Clock) => {
  const invokeWithRetry = retryOnOutage(invoke, clock, TIMEOUT_MS);
  const request = async (
    appId: string,
    method: string,
    path: string,
    options: Readonly<{ headers: Readonly<Record<string, string>>; body?: unknown }>,
  ): Promise<ApiResponse> => {
    const reply = await invokeWithRetry(appId, method, path, options);
    return { status: reply.status, headers: headersOf(reply), body: reply.body };
  };

  return {
    get: (appId: string, path: string, { headers }: RequestContext): Promise<ApiResponse> =>
      request(appId, 'GET', path, { headers }),
    /** A change: the service sees the same key for the same request of the same caller, however often it is sent. */
    change: (
      method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      appId: string,
      path: string,
      // Never without a body: a sidecar passes on none as one of unknown length and type.
      { headers, key, body = {} }: RequestContext & Readonly<{ key: string; body: unknown }>,
    ): Promise<ApiResponse> =>
      request(appId, method, path, { headers: { ...headers, 'idempotency-key': key }, body }),
  };
};
export type Upstream = ReturnType<typeof upstream>;

export const ok = (body: unknown): ApiResponse => ({ status: 200, headers: {}, body });
