import {
  type RequestListener,
  type Server,
  type ServerResponse,
  createServer,
  STATUS_CODES,
  type IncomingMessage,
} from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProblemName } from '@bankside/contracts/problems';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { Problem } from './problem';

const DRAIN_DELAY_MS = 1_000;
const defaultDrainDelay = (): Promise<void> => wait(DRAIN_DELAY_MS);
/** How long open requests may take once the port is closed. Longer than any request needs. */
const DRAIN_TIMEOUT_MS = 10_000;

const READINESS = '/readyz';

const notReady = (res: ServerResponse): void => {
  res.writeHead(503, { 'Content-Type': 'application/json' });
  res.end(JSON.stringify({ status: 'not-ready', missing: 'it is stopping' }));
};

/** Wraps an app so that its server can stop without cutting off a request. */
const gracefulShutdown = (app: RequestListener, drainDelay = defaultDrainDelay) => {
  const openResponses = new Set<ServerResponse>();
  let stopping = false;

  const closeConnectionAfter = (res: ServerResponse): void => {
    if (!res.headersSent) res.setHeader('Connection', 'close');
  };

  const listener: RequestListener = (req, res) => {
    openResponses.add(res);
    res.once('close', () => openResponses.delete(res));
    if (stopping) closeConnectionAfter(res);
    if (stopping && req.url === READINESS) notReady(res);
    else app(req, res);
  };

  /**
   * Reports not ready and sends `Connection: close` with every response. After the drain delay it closes the port and idle
   * connections, calls `onDrainStart`, and resolves when no request is open or the timeout has passed.
   */
  const drain = async (server: Server, onDrainStart: () => void): Promise<void> => {
    stopping = true;
    for (const res of openResponses) closeConnectionAfter(res);
    await drainDelay();
    const closed = new Promise((resolve) => server.close(resolve));
    // A response whose headers were sent before keeps its connection alive.
    for (const res of openResponses) res.once('close', () => server.closeIdleConnections());
    onDrainStart();
    const force = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MS);
    await closed;
    clearTimeout(force);
  };

  return { listener, drain };
};

/**
 * Longer than a client keeps an idle connection, so that the client closes it first and never sends a request into a
 * connection that is being closed: a sidecar keeps it for 90 s, load balancers up to 600 s.
 */
export const KEEP_ALIVE_S = 620;

/** Slower requests are closed, so that a slow client cannot hold connections (slowloris). */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUT_CHECK_MS = 5_000;
/**
 * Connections that the kernel keeps until the process accepts them; Linux allows 4,096 by default. Of a crowd that exceeds
 * Node's 511, the kernel resets some connections that their clients believe are open.
 */
const BACKLOG = 4_096;

export type ListenOptions = Readonly<{
  host: string;
  port: number;
  logger: Logger;
  /** How long an idle connection is kept. Default: `KEEP_ALIVE_S`. */
  keepAliveSeconds?: number;
  /** How long the process keeps serving after SIGTERM, while clients learn that it stops. Default: 1 s. */
  drainDelay?: () => Promise<void>;
  /** Ends responses without an end of their own, such as event streams. Called after the delay, when the port is closed. */
  onDrainStart?: () => void;
  /** Stops background work and closes connections. Called when no request is open. */
  onClosed?: () => Promise<void>;
}>;

const REJECTIONS: Readonly<Record<string, ProblemName>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow',
};

const reject = (socket: Duplex, code = ''): void => {
  const problem = new Problem({
    name: REJECTIONS[code] ?? 'invalid-request',
    detail: 'The request cannot be read.',
  });
  const body = JSON.stringify(problem.body());
  const head = [
    'Content-Type: application/problem+json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${head.join('\r\n')}\r\n\r\n${body}`,
  );
};

/** Handles input that never becomes a request: it is not HTTP, too large or too slow. */
const rejectUnreadable = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  reject(socket, error.code);
};

/** Node accepts several `Host` headers, and targets that are no valid URL, such as `http://[/`, on which express throws. */
const isAmbiguous = ({ url = '', headersDistinct }: IncomingMessage): boolean =>
  (headersDistinct['host']?.length ?? 0) > 1 || !(/^[/*]/.test(url) || URL.canParse(url));

/** A server with deadlines for requests. It rejects unreadable ones with problem+json. */
export const httpServer = (app: RequestListener, keepAliveSeconds = KEEP_ALIVE_S): Server => {
  const server = createServer(
    {
      keepAliveTimeout: keepAliveSeconds * 1_000,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    (req, res) => (isAmbiguous(req) ? reject(res.socket!) : app(req, res)),
  );
  server.on('clientError', rejectUnreadable);
  return server;
};

/**
 * Serves until SIGTERM or SIGINT. Then the process reports that it is not ready, keeps serving for the drain delay, closes
 * its port, waits for open requests, runs `onClosed` and exits.
 */
export const listen = (
  app: Express,
  { host, port, logger, keepAliveSeconds, drainDelay, onDrainStart, onClosed }: ListenOptions,
): Server => {
  const { listener, drain } = gracefulShutdown(app, drainDelay);
  const server = httpServer(listener, keepAliveSeconds);
  const fail = (error: unknown): never => {
    logger.fatal({ err: error }, 'failed');
    process.exit(1);
  };
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    await drain(server, () => onDrainStart?.());
    await onClosed?.();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop(signal).catch(fail));
  server.on('error', fail);
  server.listen({ port, host, backlog: BACKLOG }, () => logger.info({ port }, 'listening'));
  return server;
};
