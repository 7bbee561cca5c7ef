import type { Request, RequestHandler, Response } from 'express';
import { Problem } from './problem';

/** Whoever has been refused and goes on sending is listened to this long, so that they can read why, and is then cut off. */
const LINGER_MS = 1_000;

const refusal = (req: Request, res: Response): Problem => {
  res.once('finish', () => {
    const { socket } = req;
    setTimeout(() => {
      if (!req.complete) socket.destroy();
    }, LINGER_MS).unref();
  });
  return new Problem({
    name: 'body-too-large',
    status: 413,
    detail: 'The body is larger than this service takes.',
  });
};

/**
 * Refuses a body as soon as it is too large. The parser of express does so only at its end, which may never come.
 * Must stand right before it: from here on the body flows.
 */
export const boundedBody =
  (limit: number): RequestHandler =>
  (req, res, next) => {
    if (Number(req.get('content-length') ?? 0) > limit) throw refusal(req, res);
    if (req.get('transfer-encoding') === undefined) return next();
    let received = 0;
    const count = (part: Buffer): void => {
      received += part.length;
      if (received <= limit) return;
      req.off('data', count);
      next(refusal(req, res));
    };
    req.on('data', count);
    next();
  };
