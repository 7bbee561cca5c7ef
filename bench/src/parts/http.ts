import { Pool } from 'undici';

/** As many as there are clients at most, so that none waits for a connection. */
const CONNECTIONS = 256;

/** Asked for each request, as tokens end. */
type Headers = () => Promise<Readonly<Record<string, string>>>;

/** The least that a client can be: keep-alive, no retries; it reads the answer and does not parse it. */
export const httpClient = (url: string, headers: Headers = () => Promise.resolve({})) => {
  const pool = new Pool(url, { connections: CONNECTIONS });

  const ask = async (method: 'GET' | 'POST', path: string, key?: string, body?: object): Promise<string> => {
    const answer = await pool.request({
      method,
      path,
      headers: {
        ...(await headers()),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
    return text;
  };

  return {
    get: (path: string): Promise<string> => ask('GET', path),
    post: (path: string, key: string, body: object): Promise<string> => ask('POST', path, key, body),
    stop: (): Promise<void> => pool.close(),
  };
};
export type HttpClient = ReturnType<typeof httpClient>;
