import { setTimeout as wait } from 'node:timers/promises';
import { backoff } from '@bankside/std';
import { Pool } from 'undici';
import { developmentToken, fixedToken, STAFF, type Identity } from './identity';

export type ApiReply = Readonly<{
  status: number;
  body: Readonly<Record<string, unknown>>;
  /** The consistency token of the change: a query that carries it sees the change. */
  token: string | undefined;
  /** The revision in the `ETag`. */
  revision: number | undefined;
}>;

type CallOptions = Readonly<{
  body?: object;
  /** The `Idempotency-Key` of a change. */
  key?: string;
  token?: string;
  /** Makes the change conditional: it fails with 412 unless the resource has this revision. */
  ifRevision?: number;
}>;

export type ClientOptions = Readonly<{
  gatewayUrl: string;
  connections?: number;
  /** How long a call is retried. */
  retryForMs?: number;
  /** A bearer token. Default: a token of the development issuer. */
  bearer?: string;
  /** The identity in the token of the development issuer. Default: staff with all roles. */
  identity?: Identity;
}>;

const CONNECTIONS = 128;
const RETRY_FOR_MS = 60_000;
const TIMEOUT_MS = 20_000;
const BACKOFF = { firstMs: 50, longestMs: 2_000 };

/** A request with one of these responses is sent again; after 401, with a new token. */
const RETRYABLE_STATUSES = new Set([401, 408, 429, 502, 503, 504]);

/** Of an aggregate; other resources have other forms. */
const ETAG = /^"(\d{1,15})"$/;

const revisionIn = (etag: unknown): number | undefined => {
  const [, revision] = ETAG.exec(String(etag)) ?? [];
  return revision === undefined ? undefined : Number(revision);
};

const conditionsOf = ({ key, token, ifRevision }: CallOptions): Record<string, string> => ({
  ...(key && { 'idempotency-key': key }),
  ...(token && { 'consistency-token': token }),
  ...(ifRevision !== undefined && { 'if-match': `"${ifRevision}"` }),
});

/** A customer who left gets no better response to another token. */
const isFinal = ({ status, body }: ApiReply): boolean =>
  !RETRYABLE_STATUSES.has(status) || body['type'] === '/problems/customer-left';

/** No usable response within `retryForMs`. Whether a change took place is unknown. */
export class NoUsableResponse extends Error {
  override name = 'NoUsableResponse';
}

/** A client of the public HTTP API with keep-alive, idempotency keys and retries. */
export const apiClient = ({
  gatewayUrl,
  connections = CONNECTIONS,
  retryForMs = RETRY_FOR_MS,
  bearer,
  identity = STAFF,
}: ClientOptions) => {
  const pool = new Pool(gatewayUrl, { connections, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  const credentials = bearer === undefined ? developmentToken(pool, identity) : fixedToken(bearer);

  const once = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options: CallOptions,
  ): Promise<ApiReply> => {
    const { body } = options;
    const response = await pool.request({
      method,
      path,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...conditionsOf(options),
        authorization: `Bearer ${await credentials.token()}`,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.body.text();
    if (response.statusCode === 401) credentials.drop();
    const type = String(response.headers['content-type'] ?? '');
    const parsed = type.includes('json') ? (JSON.parse(text) as ApiReply['body']) : { text };
    const written = response.headers['consistency-token'];
    return {
      status: response.statusCode,
      body: parsed,
      token: typeof written === 'string' ? written : undefined,
      revision: revisionIn(response.headers['etag']),
    };
  };

  const call = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options: CallOptions = {},
  ): Promise<ApiReply> => {
    const deadline = performance.now() + retryForMs;
    for (let attempt = 0; ; attempt += 1) {
      const waitMs = backoff(attempt, BACKOFF);
      const reply = await once(method, path, options).catch(
        (cause: Error) => new NoUsableResponse(`${method} ${path}: ${cause.message}`, { cause }),
      );
      if (!(reply instanceof NoUsableResponse) && isFinal(reply)) return reply;
      if (performance.now() + waitMs > deadline)
        throw reply instanceof NoUsableResponse
          ? reply
          : new NoUsableResponse(`${method} ${path}: status ${reply.status}`);
      await wait(waitMs);
    }
  };

  return {
    call,
    get: (path: string, options?: CallOptions): Promise<ApiReply> => call('GET', path, options),
    post: (path: string, key: string, body: object = {}): Promise<ApiReply> =>
      call('POST', path, { key, body }),
    close: (): Promise<void> => pool.destroy(),
  };
};

export type ApiClient = ReturnType<typeof apiClient>;
