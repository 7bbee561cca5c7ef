import { Pool, type Dispatcher } from 'undici';
import { Outage } from './outage';

/** Where the sidecar of this process listens. */
export type SidecarOptions = Readonly<{
  /** `http://127.0.0.1:3500` */
  sidecarUrl: string;
  apiToken?: string;
}>;

type SidecarRequest = Readonly<{
  method: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Limit for the whole exchange, from the connection to the last byte. */
  timeoutMs: number;
}>;

export type SidecarResponse = Readonly<{
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}>;

export type SidecarHttp = Readonly<{
  /** @throws Outage without a response: no connection, a broken one, or a timeout */
  request: (request: SidecarRequest) => Promise<SidecarResponse>;
  /** Waits for open requests and accepts no more. */
  close: () => Promise<void>;
}>;

const reasonOf = (error: unknown): string => (error instanceof Error && error.message) || String(error);

/** Keep-alive HTTP to the sidecar. `connections` bounds concurrent requests; further ones wait. */
export const sidecarHttp = (
  { sidecarUrl, apiToken }: SidecarOptions,
  { connections }: Readonly<{ connections: number }>,
): SidecarHttp => {
  // Each request has a deadline of its own, so the coarser timeouts of undici are off.
  const pool = new Pool(sidecarUrl, { connections, headersTimeout: 0, bodyTimeout: 0 });
  const token = apiToken === undefined ? {} : { 'dapr-api-token': apiToken };

  const request = async ({
    method,
    path,
    headers,
    body,
    timeoutMs,
  }: SidecarRequest): Promise<SidecarResponse> => {
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new Error(`no response within ${timeoutMs} ms`)),
      timeoutMs,
    );
    try {
      const response = await pool.request({
        method: method as Dispatcher.HttpMethod,
        path,
        headers: { ...headers, ...token },
        signal: deadline.signal,
        ...(body !== undefined && { body }),
      });
      return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
    } catch (error) {
      throw new Outage(`${method} ${path}: ${reasonOf(error)}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };

  return { request, close: () => pool.close() };
};
