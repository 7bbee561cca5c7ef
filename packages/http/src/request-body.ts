import type { IncomingMessage } from 'node:http';
import { BODY_LENGTH_HEADER, Outage } from '@bankside/dapr';
import type { Request, RequestHandler, Response } from 'express';
import { Problem } from './problem';

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
