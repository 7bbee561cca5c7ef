import type { IncomingMessage } from 'node:http';
import { BODY_LENGTH_HEADER, Outage } from '@bankside/dapr';
import type { RequestHandler } from 'express';

/** Bytes that arrived, by request. */
const arrived = new WeakMap<IncomingMessage, number>();

/** For the `verify` of body parsers: notes how much has come. */
export const noteLength = (req: IncomingMessage, _res: unknown, body: Buffer): void =>
  void arrived.set(req, body.length);

/**
 * Takes a call whose body was lost on its way for an outage, so that it is made again. To refuse it would be an answer to
 * something that nobody asked; and a command without parameters would even be done, under a key that then stands for another request.
 */
export const wholeBody: RequestHandler = (req, _res, next) => {
  const sent = req.get(BODY_LENGTH_HEADER);
  if (sent !== undefined && Number(sent) !== (arrived.get(req) ?? 0))
    throw new Outage(`The body of a call was lost on its way: ${sent} bytes were sent`);
  next();
};
