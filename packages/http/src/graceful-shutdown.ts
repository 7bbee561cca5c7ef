import type { RequestListener, Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

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
export const gracefulShutdown = (app: RequestListener, drainDelay = defaultDrainDelay) => {
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
