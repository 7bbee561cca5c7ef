import type { IncomingMessage } from 'node:http';
import { BODY_LENGTH_HEADER, Outage } from '@bankside/dapr';
import type { Request, RequestHandler, Response } from 'express';
import { Problem, badRequest, pointerStep } from './problem';
import { isUtf8 } from 'node:buffer';

/** How long a rejected client may keep sending, so that it can read the response before its connection is closed. */
const LINGER_MS = 1_000;

const rejectBody = (req: Request, res: Response): Problem => {
  res.once('finish', () => {
    const { socket } = req;
    setTimeout(() => {
      if (!req.complete) socket.destroy();
    }, LINGER_MS).unref();
  });
  return new Problem({
    name: 'body-too-large',
    detail: 'The body is larger than this service takes.',
  });
};

/**
 * Rejects a body as soon as it exceeds `limit` bytes. The parser of express rejects it only at its end, which may never
 * come. Must stand right before the parser, because it starts the flow of the body.
 */
export const limitBody =
  (limit: number): RequestHandler =>
  (req, res, next) => {
    if (Number(req.get('content-length') ?? 0) > limit) throw rejectBody(req, res);
    if (req.get('transfer-encoding') === undefined) return next();
    let received = 0;
    const count = (part: Buffer): void => {
      received += part.length;
      if (received <= limit) return;
      req.off('data', count);
      next(rejectBody(req, res));
    };
    req.on('data', count);
    next();
  };

/** @throws Problem 415 for a body of another character set than UTF-8 */
export const requireUtf8Charset = (req: Request): void => {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(req.get('content-type') ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new Problem({ name: 'unsupported-charset', detail: 'Send the body as UTF-8.' });
};

/** Reads a body of at most `limit` bytes that no parser has read. @throws Problem 413, or 400 for a body that ends early */
export const readBody = async (req: Request, res: Response, limit: number): Promise<Buffer> => {
  if (Number(req.get('content-length') ?? 0) > limit) throw rejectBody(req, res);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > limit) throw rejectBody(req, res);
      parts.push(part);
    }
  } catch (error) {
    throw error instanceof Problem ? error : badRequest('The body ended early.', []);
  }
  return Buffer.concat(parts);
};

/** Bytes received, by request. */
const received = new WeakMap<IncomingMessage, number>();

/** The `verify` hook of a body parser. */
export const recordBodyLength = (req: IncomingMessage, _res: unknown, body: Buffer): void =>
  void received.set(req, body.length);

/**
 * Rejects a request whose body was lost between two sidecars as an outage, so that the caller retries. Any other response
 * would be recorded under the caller's key, and a command without parameters would even run.
 */
export const requireCompleteBody: RequestHandler = (req, _res, next) => {
  const sent = req.get(BODY_LENGTH_HEADER);
  if (sent !== undefined && Number(sent) !== (received.get(req) ?? 0))
    throw new Outage(`The body of a request was lost: ${sent} bytes were sent`);
  next();
};

const BOM = 0xfeff;
const [QUOTE, COLON, BACKSLASH] = [0x22, 0x3a, 0x5c];

/** The closing quote of the string that opens at `start`. */
const endOfString = (json: string, start: number): number => {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let before = end - 1;
    while (json.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
};

/** The members written in valid JSON: its colons outside of strings. */
const membersWritten = (json: string): number => {
  let members = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = endOfString(json, at);
    else if (code === COLON) members += 1;
  }
  return members;
};

/** The members of a parsed value at any depth. Without recursion, because the depth is the sender's choice. */
const membersRead = (value: unknown): number => {
  let members = 0;
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next !== 'object' || next === null) continue;
    const inside = Object.values(next) as unknown[];
    if (!Array.isArray(next)) members += inside.length;
    for (const one of inside) if (typeof one === 'object') rest.push(one);
  }
  return members;
};

const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*")\s*(:?)|[{}[\],]/gs;

/** The JSON pointer of the first member whose name its object has already; undefined if there is none. */
const repeatedMember = (json: string): string | undefined => {
  const open: { names: Set<string> | undefined; step: string | number }[] = [];
  for (const [token, text, colon] of json.matchAll(TOKENS)) {
    const inner = open.at(-1);
    if (token === '{') open.push({ names: new Set(), step: '' });
    else if (token === '[') open.push({ names: undefined, step: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && typeof inner!.step === 'number') inner!.step += 1;
    else if (colon === ':') {
      const name = JSON.parse(text!) as string;
      inner!.step = name;
      if (inner!.names!.has(name)) return open.map(({ step }) => pointerStep(step)).join('');
      inner!.names!.add(name);
    }
  }
  return undefined;
};

const invalid = (detail: string): Problem => new Problem({ name: 'invalid-json', detail });

/**
 * Parses a body of JSON: an object or array in UTF-8, with or without a byte order mark, in which no object names a
 * member twice.
 * @throws Problem 400
 */
export const parseJson = (body: Buffer): unknown => {
  if (!isUtf8(body)) throw invalid('The body is not valid UTF-8.');
  const text = body.toString('utf8');
  const json = text.charCodeAt(0) === BOM ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalid('The body is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null)
    throw invalid('The body is neither an object nor an array.');
  if (membersWritten(json) === membersRead(value)) return value;
  const pointer = repeatedMember(json) ?? '';
  throw badRequest(`The body is not valid: ${pointer} is repeated`, [{ pointer, detail: 'is repeated' }]);
};

/** Replaces the bytes of a body with its value. A body of no bytes counts as an empty object. */
export const strictJson: RequestHandler = (req, _res, next) => {
  if (Buffer.isBuffer(req.body)) req.body = req.body.length === 0 ? {} : parseJson(req.body);
  next();
};
