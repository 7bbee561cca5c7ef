import { createServer, type Server } from 'node:http';
import type { Express } from 'express';
import type { Logger } from './logging';

/** Time for requests under way at the end. Longer than any request may take. */
const DRAIN_MS = 10_000;
/** Longer than the 90 s that a sidecar keeps an idle connection, so that it is the sidecar who closes. */
const KEEP_ALIVE_MS = 100_000;

export type ServeOptions = Readonly<{
  host: string;
  port: number;
  logger: Logger;
  /** Ends answers that would go on for ever; called when no new request is taken any more. */
  goodbye?: () => void;
  /** Ends what runs in the background; called once no request is under way. */
  close?: () => Promise<void>;
}>;

const drain = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });

/** Listens, and on SIGTERM or SIGINT stops taking requests, ends those under way, closes, exits. */
export const serve = (app: Express, { host, port, logger, goodbye, close }: ServeOptions): Server => {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, app);
  const fail = (error: unknown): never => {
    logger.fatal({ err: error }, 'failed');
    process.exit(1);
  };
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    const drained = drain(server);
    goodbye?.();
    await drained;
    await close?.();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop(signal).catch(fail));
  server.on('error', fail);
  server.listen(port, host, () => logger.info({ port }, 'listening'));
  return server;
};
