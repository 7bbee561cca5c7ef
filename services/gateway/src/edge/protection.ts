import { randomUUID } from 'node:crypto';
import { CORRELATION_ID } from '@bankside/std';
import compression from 'compression';
import cors from 'cors';
import { Router } from 'express';
import helmet from 'helmet';

/** Smaller responses are sent uncompressed. */
const COMPRESSED_FROM = 1_024;
/** The fastest level has most of the gain. */
const COMPRESSION_LEVEL = 1;
/** How long a browser caches a preflight response. */
const PREFLIGHT_S = 600;

/** Response headers that pages of other origins may read. */
const READABLE = [
  'Consistency-Token',
  CORRELATION_ID,
  'ETag',
  'Idempotent-Replayed',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Traceparent',
];

/** Security headers, CORS and compression of every response. Responses of the API are not cached anywhere. */
export const protection = (allowedOrigins: readonly string[]): Router => {
  const router = Router();
  router.use(
    helmet({
      // Responses of the API are not pages. Pages set their own policy.
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      },
      crossOriginResourcePolicy: allowedOrigins.length === 0 ? { policy: 'same-origin' } : false,
    }),
  );
  router.use('/api', (_req, res, next) => {
    res.set(CORRELATION_ID, randomUUID()); // Until the id of the request is known.
    res.set('Cache-Control', 'no-store'); // Responses hold personal data, and development tokens.
    next();
  });
  if (allowedOrigins.length > 0)
    router.use(cors({ origin: [...allowedOrigins], exposedHeaders: READABLE, maxAge: PREFLIGHT_S }));
  router.use(
    compression({
      threshold: COMPRESSED_FROM,
      level: COMPRESSION_LEVEL,
      // Compression would buffer live events.
      filter: (req, res) =>
        res.getHeader('Content-Type') !== 'text/event-stream' && compression.filter(req, res),
    }),
  );
  return router;
};
