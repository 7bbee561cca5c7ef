import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import { drainable } from './drain';
import type { Logger } from 'pino';

/** Longer than the 90 s that a sidecar keeps an idle connection, so that it is the sidecar who closes. */
const KEEP_ALIVE_MS = 100_000;

/** A caller who sends slower than this is no caller of ours. */
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
const CHECK_EVERY_MS = 5_000;

export type ServeOptions = Readonly<{
  host: string;
  port: number;
  logger: Logger;
  /** Ends answers that would go on for ever; called when no new request is taken any more. */
  goodbye?: () => void;
  /** Ends what runs in the background; called once no request is under way. */
  close?: () => Promise<void>;
  /** How long those who have not heard of the end are served. Default: a second. */
  lastCall?: () => Promise<void>;
}>;

const UNREADABLE: Readonly<Record<string, readonly [status: string, name: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'headers-too-large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request-too-slow'],
};

const refuseUnreadable = (socket: Duplex, code = ''): void => {
  const [status, name] = UNREADABLE[code] ?? ['400 Bad Request', 'invalid-request'];
  const body = JSON.stringify({
    type: `/problems/${name}`,
    title: status.slice(4),
    status: Number(status.slice(0, 3)),
    detail: 'The request cannot be read.',
  });
  const head = [
    'Content-Type: application/problem+json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  socket.end(`HTTP/1.1 ${status}\r\n${head.join('\r\n')}\r\n\r\n${body}`);
};

/** Answers what is not HTTP, or too big or too slow to become it. Everything else never comes here. */
const answerUnreadable = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  refuseUnreadable(socket, error.code);
};

/** Node takes several hosts, and targets that no address can be made of, such as `http://[/`. Express gives up on those. */
const isAmbiguous = ({ url = '', headersDistinct }: IncomingMessage): boolean =>
  (headersDistinct['host']?.length ?? 0) > 1 || !(/^[/*]/.test(url) || URL.canParse(url));

/** A server that nobody can hold up by being slow. */
export const httpServer = (app: RequestListener): Server => {
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_WITHIN_MS,
      requestTimeout: REQUEST_WITHIN_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
    },
    (req, res) => (isAmbiguous(req) ? refuseUnreadable(res.socket!) : app(req, res)),
  );
  server.on('clientError', answerUnreadable);
  return server;
};

/**
 * Listens. On SIGTERM or SIGINT it is no longer ready, serves those who have not heard of it yet, then takes no more
 * requests, ends those under way, closes, exits.
 */
export const serve = (
  app: Express,
  { host, port, logger, goodbye, close, lastCall }: ServeOptions,
): Server => {
  const { listener, drain } = drainable(app, lastCall);
  const server = httpServer(listener);
  const fail = (error: unknown): never => {
    logger.fatal({ err: error }, 'failed');
    process.exit(1);
  };
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    await drain(server, () => goodbye?.());
    await close?.();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop(signal).catch(fail));
  server.on('error', fail);
  server.listen(port, host, () => logger.info({ port }, 'listening'));
  return server;
};
