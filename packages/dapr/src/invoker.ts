import { BODY_LENGTH_HEADER } from './body-length';
import { Outage } from './outage';
import { sidecarHttp, type SidecarAnswer, type SidecarOptions } from './sidecar-http';

export type InvokeOptions = Readonly<{
  /** Sent as JSON. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  timeoutMs?: number;
}>;

/** What the called service answered, whatever its status. */
export type Reply = Readonly<{
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed when it is JSON, else the text. */
  body: unknown;
}>;

export type Invoke = (appId: string, method: string, path: string, options?: InvokeOptions) => Promise<Reply>;

const TIMEOUT_MS = 5_000;
/** Calls under way at once; further ones wait for a connection within their timeout. */
const CONNECTIONS = 128;

/** The body as it is sent, and what is said of it. */
const sending = (body: unknown) => {
  if (body === undefined) return { headers: {} };
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  return { body: text, headers: { 'content-type': 'application/json', [BODY_LENGTH_HEADER]: length } };
};

const isJson = ({ headers }: SidecarAnswer): boolean =>
  /[/+]json\b/.test(String(headers['content-type'] ?? ''));

const bodyOf = (answer: SidecarAnswer): unknown => {
  if (answer.text === '' || !isJson(answer)) return answer.text;
  try {
    return JSON.parse(answer.text);
  } catch {
    return answer.text;
  }
};

/** The sidecar's own words that no service answered: not found, not up, not allowed. */
const NO_ANSWER = /^ERR_/;

const errorCodeOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'errorCode' in body ? String(body.errorCode) : '';

/**
 * What a sidecar may answer in the name of a service that died under the call: 200, and nothing in it. Nobody knows
 * whether the call had an effect. Whoever has nothing to say answers 204.
 */
const isNobodys = ({ status, text }: SidecarAnswer): boolean => status === 200 && text === '';

/** A part as URLs carry it. Two dots alone would lead up, one nowhere, however they are encoded once. */
const segment = (part: string): string =>
  /^\.{1,2}$/.test(part) ? part.replaceAll('.', '%2E') : encodeURIComponent(part);

/**
 * A path from its parts, in the form that arrives at the service as these parts. The sidecar decodes a path once and
 * resolves what it then sees (`..`, `?`, `#`, `/`), so each part is encoded once more.
 */
export const pathOf = (...parts: readonly string[]): string =>
  parts.map((part) => encodeURIComponent(segment(part))).join('/');

/**
 * Service invocation. Plain HTTP, since the SDK's invoker has no timeout, drops the headers of every answer and
 * throws away all but the text of those that are not 2xx.
 */
export const invoker = (options: SidecarOptions) => {
  const http = sidecarHttp(options, { connections: CONNECTIONS });

  /**
   * Answers of the service are values, also 4xx and 5xx.
   * @throws Outage when the service gave none; it may have been called
   */
  const invoke: Invoke = async (appId, method, path, { body, headers, timeoutMs = TIMEOUT_MS } = {}) => {
    const sent = sending(body);
    const answer = await http.request({
      ...sent,
      method,
      path: `/v1.0/invoke/${encodeURIComponent(appId)}/method/${path.replace(/^\//, '')}`,
      headers: { ...sent.headers, ...headers },
      timeoutMs,
    });
    const parsed = bodyOf(answer);
    if (isNobodys(answer) || (answer.status >= 400 && NO_ANSWER.test(errorCodeOf(parsed))))
      throw new Outage(`${appId} did not answer ${method} /${path.replace(/^\//, '')}: ${answer.text}`);
    return { status: answer.status, headers: answer.headers, body: parsed };
  };

  return { invoke, close: http.close };
};
