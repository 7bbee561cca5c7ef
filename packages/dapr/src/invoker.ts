import { BODY_LENGTH_HEADER } from './body-length';
import { Outage } from './outage';
import { withSpan } from '@bankside/telemetry';
import { sidecarHttp, type SidecarResponse, type SidecarOptions } from './sidecar-http';

export type InvokeOptions = Readonly<{
  /** Sent as JSON. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  timeoutMs?: number;
}>;

/** The response of the called service, whatever its status. */
export type Reply = Readonly<{
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed if it is JSON, else the text. */
  body: unknown;
}>;

export type Invoke = (appId: string, method: string, path: string, options?: InvokeOptions) => Promise<Reply>;

const TIMEOUT_MS = 5_000;
/** Concurrent calls; further ones wait for a connection within their timeout. */
const CONNECTIONS = 128;

/** The body as text, with its headers. */
const sending = (body: unknown) => {
  if (body === undefined) return { headers: {} };
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  return { body: text, headers: { 'content-type': 'application/json', [BODY_LENGTH_HEADER]: length } };
};

const isJson = ({ headers }: SidecarResponse): boolean =>
  /[/+]json\b/.test(String(headers['content-type'] ?? ''));

const bodyOf = (response: SidecarResponse): unknown => {
  if (response.text === '' || !isJson(response)) return response.text;
  try {
    return JSON.parse(response.text);
  } catch {
    return response.text;
  }
};

/** Error codes of the sidecar itself: the service was not found, is down, or may not be called. */
const SIDECAR_ERROR = /^ERR_/;

const errorCodeOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'errorCode' in body ? String(body.errorCode) : '';

/**
 * If a service dies during a call, its sidecar may respond 200 with an empty body: whether the call had an effect is
 * unknown. A service with nothing to return responds 204.
 */
const isLostResponse = ({ status, text }: SidecarResponse): boolean => status === 200 && text === '';

/** Encodes one part. `.` and `..` alone are path segments with a meaning, which `encodeURIComponent` leaves as they are. */
const segment = (part: string): string =>
  /^\.{1,2}$/.test(part) ? part.replaceAll('.', '%2E') : encodeURIComponent(part);

/**
 * Builds a path that arrives at the service as these parts. The sidecar decodes a path once and resolves `..`, `?`, `#` and
 * `/` in the result, so each part is encoded twice.
 */
export const pathOf = (...parts: readonly string[]): string =>
  parts.map((part) => encodeURIComponent(segment(part))).join('/');

/**
 * Service invocation. Plain HTTP, because the SDK's invoker has no timeout, drops the headers of every response and keeps
 * only the text of those that are not 2xx.
 */
export const invoker = (options: SidecarOptions) => {
  const http = sidecarHttp(options, { connections: CONNECTIONS });

  const call = async (
    appId: string,
    method: string,
    path: string,
    { body, headers, timeoutMs = TIMEOUT_MS }: InvokeOptions,
  ): Promise<Reply> => {
    const sent = sending(body);
    const response = await http.request({
      ...sent,
      method,
      path: `/v1.0/invoke/${encodeURIComponent(appId)}/method/${path.replace(/^\//, '')}`,
      headers: { ...sent.headers, ...headers },
      timeoutMs,
    });
    const parsed = bodyOf(response);
    if (isLostResponse(response) || (response.status >= 400 && SIDECAR_ERROR.test(errorCodeOf(parsed))))
      throw new Outage(`${appId} did not respond to ${method} /${path.replace(/^\//, '')}: ${response.text}`);
    return { status: response.status, headers: response.headers, body: parsed };
  };

  /**
   * Returns the response of the service, also a 4xx or 5xx.
   * @throws Outage without a response of the service, which may have been called
   */
  const invoke: Invoke = (appId, method, path, options = {}) =>
    withSpan(
      'invocation',
      {
        target: `${method} ${appId}`,
        parent: options.headers?.['traceparent'],
        attributes: {
          'http.request.method': method,
          'peer.service': appId,
          'url.path': `/${path.replace(/^\//, '').replace(/\?.*/s, '')}`,
        },
      },
      async (span) => {
        const { traceparent } = span;
        const headers = { ...options.headers, ...(traceparent !== undefined && { traceparent }) };
        const reply = await call(appId, method, path, { ...options, headers });
        span.set({ 'http.response.status_code': reply.status });
        if (reply.status >= 400) span.fail(String(reply.status));
        return reply;
      },
    );

  return { invoke, close: http.close };
};
