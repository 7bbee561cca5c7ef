import { CAUSATION_ID, CORRELATION_ID, defined } from '@bankside/std';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { logFieldsOf } from '@bankside/telemetry';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

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

/** Logs each request. Bodies and query strings are never logged: they hold personal data. */
export const requestLog = (logger: Logger) =>
  pinoHttp({
    logger,
    autoLogging: { ignore: (req) => PROBES.test(req.url ?? '') },
    customLogLevel: (_req, res, error) => (error || res.statusCode >= 500 ? 'error' : 'debug'),
    customSuccessObject: (req, res, logged: object) => ({ ...logged, ...logIdsOf(req, res) }),
    customErrorObject: (req, res, _error, logged: object) => ({ ...logged, ...logIdsOf(req, res) }),
    serializers: {
      req: (req: { method: string; url: string; headers: Record<string, string> }) => ({
        method: req.method,
        path: req.url.split('?')[0],
      }),
      res: (res: { statusCode: number }) => ({ status: res.statusCode }),
    },
  });
