import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

const PROBES = /^\/(healthz|readyz|metrics)$/;

/** Logs each request. Bodies and query strings are never logged: they hold personal data. */
export const requestLog = (logger: Logger) =>
  pinoHttp({
    logger,
    autoLogging: { ignore: (req) => PROBES.test(req.url ?? '') },
    customLogLevel: (_req, res, error) => (error || res.statusCode >= 500 ? 'error' : 'debug'),
    serializers: {
      req: (req: { method: string; url: string; headers: Record<string, string> }) => ({
        method: req.method,
        path: req.url.split('?')[0],
        trace: req.headers['traceparent'],
      }),
      res: (res: { statusCode: number }) => ({ status: res.statusCode }),
    },
  });
