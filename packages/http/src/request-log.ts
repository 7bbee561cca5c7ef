import { CAUSATION_ID, CORRELATION_ID, defined } from '@bankside/std';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentTraceparent, logFieldsOf } from '@bankside/telemetry';
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

/** Within its span, the logger adds the ids of the trace itself. */
const traceOf = (req: IncomingMessage): object =>
  currentTraceparent() === undefined ? logFieldsOf(textOf(req.headers['traceparent'])) : {};

/** Logs each request. Bodies and query strings are never logged: they hold personal data. */
export const requestLog = (logger: Logger) =>
  pinoHttp({
    logger,
    autoLogging: { ignore: (req) => PROBES.test(req.url ?? '') },
    customLogLevel: (_req, res, error) => (error || res.statusCode >= 500 ? 'error' : 'debug'),
    customSuccessObject: (req, res, logged: object) => ({ ...logged, ...causeOf(req, res), ...traceOf(req) }),
    customErrorObject: (req, res, _error, logged: object) => ({
      ...logged,
      ...causeOf(req, res),
      ...traceOf(req),
    }),
    serializers: {
      req: (req: { method: string; url: string; headers: Record<string, string> }) => ({
        method: req.method,
        path: req.url.split('?')[0],
      }),
      res: (res: { statusCode: number }) => ({ status: res.statusCode }),
    },
  });
