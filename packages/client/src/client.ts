import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { developmentToken, fixedToken, STAFF, type Caller } from './token';

export type Reply = Readonly<{
  status: number;
  body: Readonly<Record<string, unknown>>;
  /** What a query must carry to see what this call wrote. */
  token: string | undefined;
}>;

export type CallOptions = Readonly<{
  body?: object;
  /** The Idempotency-Key: with it a change is sent again until it is answered. */
  key?: string;
  token?: string;
}>;

export type ClientOptions = Readonly<{
  gatewayUrl: string;
  connections?: number;
  /** How long an unanswered call is sent again. */
  patienceMs?: number;
  /** A bearer token. Default: one of the gateway's own, which it gives for development only. */
  bearer?: string;
  /** Whom such a token is for. Default: for all that the staff may do. */
  as?: Caller;
}>;

const CONNECTIONS = 128;
const PATIENCE_MS = 60_000;
const TIMEOUT_MS = 20_000;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/** Answers that say "not now": the same request again is right, as it bears a key. After 401 it bears a new token. */
const NOT_NOW = new Set([401, 408, 429, 502, 503, 504]);

/** No usable answer within the client's patience. Whether a change took place is unknown. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
}

/** A caller of the public HTTP API as it should be: keep-alive, keys, and retries of what was not answered. */
export const apiClient = ({
  gatewayUrl,
  connections = CONNECTIONS,
  patienceMs = PATIENCE_MS,
  bearer,
  as = STAFF,
}: ClientOptions) => {
  const pool = new Pool(gatewayUrl, { connections, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  const identity = bearer === undefined ? developmentToken(pool, as) : fixedToken(bearer);

  const once = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options: CallOptions,
  ): Promise<Reply> => {
    const { body, key, token } = options;
    const answer = await pool.request({
      method,
      path,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(key && { 'idempotency-key': key }),
        ...(token && { 'consistency-token': token }),
        authorization: `Bearer ${await identity.token()}`,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 401) identity.drop();
    const type = String(answer.headers['content-type'] ?? '');
    const parsed = type.includes('json') ? (JSON.parse(text) as Reply['body']) : { text };
    const written = answer.headers['consistency-token'];
    return {
      status: answer.statusCode,
      body: parsed,
      token: typeof written === 'string' ? written : undefined,
    };
  };

  const call = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options: CallOptions = {},
  ): Promise<Reply> => {
    const deadline = performance.now() + patienceMs;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const reply = await once(method, path, options).catch(
        (cause: Error) => new NoAnswer(`${method} ${path}: ${cause.message}`, { cause }),
      );
      if (!(reply instanceof NoAnswer) && !NOT_NOW.has(reply.status)) return reply;
      if (performance.now() + waitMs > deadline)
        throw reply instanceof NoAnswer ? reply : new NoAnswer(`${method} ${path}: status ${reply.status}`);
      await wait(waitMs);
    }
  };

  return {
    call,
    get: (path: string, options?: CallOptions): Promise<Reply> => call('GET', path, options),
    post: (path: string, key: string, body: object = {}): Promise<Reply> => call('POST', path, { key, body }),
    close: (): Promise<void> => pool.destroy(),
  };
};

export type ApiClient = ReturnType<typeof apiClient>;
