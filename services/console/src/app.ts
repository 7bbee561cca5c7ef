import { basename } from 'node:path';
import { serviceApp, type Logger, type Metrics } from '@bankside/runtime';
import type { AllowedCalls } from '@bankside/auth';
import { Router, static as files } from 'express';

type ConsoleDeps = Readonly<{
  logger: Logger;
  metrics: Metrics;
  /** The token of the service's own sidecar. */
  sidecarToken?: string | undefined;
  allowedCalls?: AllowedCalls | undefined;
  /** The folder of the built page. */
  pageFolder: string;
  ready: () => Promise<void>;
}>;

/** The page loads resources of its own origin only. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = 'index.html';
/** Browsers revalidate the page on each load; its assets have a content hash in their names and never change. */
const cacheControl = (file: string): string =>
  basename(file) === PAGE ? 'no-cache' : 'public, max-age=31536000, immutable';

const pageRoutes = (folder: string): Router => {
  const router = Router();
  router.use(
    files(folder, {
      index: PAGE,
      redirect: false,
      cacheControl: false,
      setHeaders: (res, file) => {
        res.setHeader('Cache-Control', cacheControl(file));
        res.setHeader('Content-Security-Policy', POLICY);
        res.setHeader('X-Content-Type-Options', 'nosniff');
      },
    }),
  );
  return router;
};

/** The routes of the service. */
export const createApp = ({ pageFolder, ...shell }: ConsoleDeps) =>
  serviceApp({ ...shell, routes: { '/console': pageRoutes(pageFolder) } });
