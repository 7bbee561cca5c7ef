import { CAUSATION_ID, CORRELATION_ID, defined } from '@bankside/std';
import type { RequestHandler } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { logFieldsOf } from '@bankside/telemetry';
import type { Logger } from 'pino';

const PROBES = /^\/(healthz|readyz|metrics)$/;

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The ids of a request for its log lines and spans. A gateway sets the correlation id on its response, since it does not believe the one of its caller. */
export const causeOf = (
  req: IncomingMessage,
  res: ServerResponse,
): Readonly<{ correlationId?: string; causationId?: string }> =>
  defined({
    correlationId: textOf(res.getHeader(CORRELATION_ID) ?? req.headers[CORRELATION_ID]),
    causationId: res.hasHeader(CORRELATION_ID) ? undefined : textOf(req.headers[CAUSATION_ID]),
  });

/** The ids of the request's trace and story for its log lines. */
export const logIdsOf = (req: IncomingMessage, res: ServerResponse): object => ({
  ...causeOf(req, res),
  ...logFieldsOf(textOf(req.headers['traceparent'])),
});

const levelOf = (status: number): 'error' | 'debug' => (status >= 500 ? 'error' : 'debug');

/**
 * Logs each request when its response has ended. Bodies and query strings are never logged: they hold personal data. A
 * line that the level drops costs nothing; a child logger for each request would serialize the request first.
 */
export const requestLog =
  (logger: Logger): RequestHandler =>
  (req, res, next) => {
    const { method, path } = req;
    if (PROBES.test(path)) return next();
    const startedAt = performance.now();
    res.once('close', () => {
      const level = levelOf(res.statusCode);
      if (!logger.isLevelEnabled(level)) return;
      const fields = {
        req: { method, path },
        res: { status: res.statusCode },
        responseTime: Math.round(performance.now() - startedAt),
        ...logIdsOf(req, res),
      };
      logger[level](fields, res.writableFinished ? 'request completed' : 'request aborted');
    });
    next();
  };
