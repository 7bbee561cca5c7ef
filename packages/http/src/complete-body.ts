import type { IncomingMessage } from 'node:http';
import { BODY_LENGTH_HEADER, Outage } from '@bankside/dapr';
import type { RequestHandler } from 'express';

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
