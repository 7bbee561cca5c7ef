import { isUndecided, NO_RESPONSE, problemFrom } from './problem';
import type { ConsistencyTokens } from './consistency-tokens';

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** A response with any status. */
export type Reply = Readonly<{ status: number; body: unknown; retryAfterMs: number }>;
type Request = Readonly<{
  method: string;
  path: string;
  body?: object;
  /** Instead of a body. */
  file?: File;
  key?: string;
  timeoutMs?: number;
  /** Read without a consistency token. */
  withoutToken?: boolean;
}>;

const TIMEOUT_MS = 20_000;
const PAGE_ITEMS = 100;
/** Automatic retries of a request with an unknown outcome, before the user decides. */
const MAX_TRIES = 6;
/** Of a read: the user can repeat it, and should soon see that it fails. */
const MAX_READ_TRIES = 3;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4_000;
/** A saga may take longer than one call waits for it. */
const MAX_SAGA_TRIES = 60;

type ApiOptions = Readonly<{
  token: () => string;
  /** Renews an expired bearer token; false when that is impossible. */
  renew: () => Promise<boolean>;
  written: ConsistencyTokens;
  send: (path: string, request: RequestInit) => Promise<Response>;
  wait: (ms: number) => Promise<void>;
}>;

const NO_REPLY: Reply = { status: 0, body: NO_RESPONSE, retryAfterMs: 0 };

const bodyOf = (response: Response): Promise<unknown> =>
  /[/+]json/.test(response.headers.get('content-type') ?? '') ? response.json() : response.text();

const isDecided = ({ status }: Reply): boolean => !isUndecided(status);
/** The view still lacks this page's writes after the wait. */
const isBehind = ({ status, body }: Reply): boolean =>
  status === 503 && (body as Readonly<{ type?: unknown }>).type === '/problems/view-behind';
const isEnded = (reply: Reply): boolean => reply.status !== 202 && isDecided(reply);

const bodyOrThrow = ({ status, body }: Reply): unknown => {
  if (status >= 200 && status < 300) return body;
  throw problemFrom(status, body);
};

/** Calls the public API in one role. Reads carry the consistency tokens of this page, mutations their key. */
export const apiClient = ({ token, renew, written, send, wait }: ApiOptions) => {
  const headersOf = ({ body, file, key, withoutToken: asItIs }: Request): Record<string, string> => {
    const seen = key === undefined && !asItIs ? written.header() : undefined;
    return {
      authorization: `Bearer ${token()}`,
      ...(body && { 'content-type': 'application/json' }),
      ...(file && { 'content-type': /\.csv$/i.test(file.name) ? 'text/csv' : 'application/xml' }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(seen !== undefined && { 'consistency-token': seen }),
    };
  };

  const once = async (request: Request): Promise<Reply> => {
    const { method, path, body, file, timeoutMs = TIMEOUT_MS } = request;
    const response = await send(path, {
      method,
      headers: headersOf(request),
      signal: AbortSignal.timeout(timeoutMs),
      ...(body && { body: JSON.stringify(body) }),
      ...(file && { body: file }),
    });
    const commit = response.headers.get('consistency-token');
    if (commit !== null) written.add(commit);
    return {
      status: response.status,
      body: await bodyOf(response),
      retryAfterMs: Number(response.headers.get('retry-after') ?? 0) * 1_000,
    };
  };

  /** Sends a request until its outcome is known or the retries are exhausted. */
  const sendUntilDone = async (request: Request, isDone = isDecided, tries = MAX_TRIES): Promise<Reply> => {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await once(request).catch(() => NO_REPLY);
      if (isDone(reply) || attempt === tries) return reply;
      if (reply.status === 401 && !(await renew())) return reply;
      const backOff = Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
      await wait(Math.max(backOff, reply.retryAfterMs));
    }
  };

  /** @throws ApiProblem */
  const get = async <T>(path: string): Promise<T> => {
    const request = { method: 'GET', path };
    const reply = await sendUntilDone(request, (one) => isDecided(one) || isBehind(one), MAX_READ_TRIES);
    // Shows possibly stale data rather than nothing while an owner is slow.
    return bodyOrThrow(
      isBehind(reply)
        ? await sendUntilDone({ ...request, withoutToken: true }, isDecided, MAX_READ_TRIES)
        : reply,
    ) as T;
  };

  return {
    token,
    renew,
    /** One read without retries, for callers with their own. */
    ask: (path: string, timeoutMs: number): Promise<Reply> => once({ method: 'GET', path, timeoutMs }),
    /** A read with retries, without a consistency token, whatever its status. */
    reply: (path: string): Promise<Reply> => sendUntilDone({ method: 'GET', path, withoutToken: true }),
    get,
    /** The items of all pages of a list, which the response has under a name. @throws ApiProblem */
    all: async <T>(path: string, name: string): Promise<readonly T[]> => {
      const items: T[] = [];
      for (let cursor = ''; ;) {
        const page = await get<Readonly<Record<string, readonly T[]>> & Readonly<{ next?: string }>>(
          `${path}?limit=${PAGE_ITEMS}${cursor}`,
        );
        items.push(...page[name]!);
        if (page.next === undefined) return items;
        cursor = `&cursor=${encodeURIComponent(page.next)}`;
      }
    },
    /** Sends a file to a call that changes nothing. @throws ApiProblem */
    compare: async <T>(path: string, file: File): Promise<T> =>
      bodyOrThrow(await sendUntilDone({ method: 'POST', path, file }, isDecided, MAX_READ_TRIES)) as T,
    /** Makes a mutation; the same request with the same key takes effect once. @throws ApiProblem */
    change: async <T>(method: Method, path: string, key: string, body?: object): Promise<T> =>
      bodyOrThrow(await sendUntilDone({ method, path, key, ...(body && { body }) })) as T,
    /** Makes a mutation that a saga carries out, and repeats it while the saga runs. @throws ApiProblem */
    changeBySaga: async (method: Method, path: string, key: string, body: object): Promise<unknown> =>
      bodyOrThrow(await sendUntilDone({ method, path, key, body }, isEnded, MAX_SAGA_TRIES)),
  };
};
export type Api = ReturnType<typeof apiClient>;
