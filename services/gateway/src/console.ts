import type { Clock } from '@bankside/composition';
import { pathOf, type Invoke } from '@bankside/dapr';
import { Router } from 'express';
import { retryOnOutage } from './upstream';

const TIMEOUT_MS = 5_000;
const PAGE = '/console/';

/** Headers of the page that the gateway forwards. */
const FORWARDED = ['content-type', 'content-security-policy', 'cache-control', 'etag', 'last-modified'];

/** Serves the web page of the service `console`, so that the page has the same origin as the API. */
export const consoleRouter = (invoke: Invoke, clock: Clock): Router => {
  const invokeWithRetry = retryOnOutage(invoke, clock, TIMEOUT_MS);
  const router = Router({ strict: true });
  router.get(['/', '/console'], (_req, res) => res.redirect(PAGE));
  router.get([PAGE, `${PAGE}:file`], async (req, res) => {
    const { file = 'index.html' } = req.params as Readonly<{ file?: string }>;
    const { status, headers, body } = await invokeWithRetry('console', 'GET', pathOf('console', file));
    for (const name of FORWARDED) {
      const value = headers[name];
      if (value !== undefined) res.set(name, value);
    }
    res.status(status).send(typeof body === 'string' ? body : JSON.stringify(body));
  });
  return router;
};
