import compression from 'compression';
import cors from 'cors';
import { Router } from 'express';
import helmet from 'helmet';

/** Answers that are smaller are sent as they are. */
const COMPRESSED_FROM = 1_024;
/** The least work for most of the gain. */
const COMPRESSION_LEVEL = 1;
/** How long a browser remembers what it may ask from another origin. */
const PREFLIGHT_S = 600;

/** Headers of answers that a page of another origin may read. */
const READABLE = [
  'Consistency-Token',
  'ETag',
  'Idempotent-Replayed',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Traceparent',
];

/** What every answer has: security headers, compression, and which other origins may ask. */
export const protection = (allowedOrigins: readonly string[]): Router => {
  const router = Router();
  router.use(
    helmet({
      // An answer of the API is no page. Pages say themselves what they need.
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      },
      crossOriginResourcePolicy: allowedOrigins.length === 0 ? { policy: 'same-origin' } : false,
    }),
  );
  if (allowedOrigins.length > 0)
    router.use(cors({ origin: [...allowedOrigins], exposedHeaders: READABLE, maxAge: PREFLIGHT_S }));
  router.use(
    compression({
      threshold: COMPRESSED_FROM,
      level: COMPRESSION_LEVEL,
      // Live events must leave one by one.
      filter: (req, res) =>
        res.getHeader('Content-Type') !== 'text/event-stream' && compression.filter(req, res),
    }),
  );
  return router;
};
