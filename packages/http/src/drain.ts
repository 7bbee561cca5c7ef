import type { RequestListener, Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** Time in which those who ask learn that this process is going, and are still served. */
const LAST_CALL_MS = 1_000;
const lastCallByTime = (): Promise<void> => wait(LAST_CALL_MS);
/** Time for requests under way at the end. Longer than any request may take. */
const DRAIN_MS = 10_000;

const READINESS = '/readyz';

/** Sent instead of readiness, so that nobody is led here any more. */
const notReady = (res: ServerResponse): void => {
  res.writeHead(503, { 'Content-Type': 'application/json' });
  res.end(JSON.stringify({ status: 'not-ready', missing: 'it is stopping' }));
};

/** Requests behind it can be brought to an end without one of them being cut off. */
export const drainable = (app: RequestListener, lastCall: () => Promise<void> = lastCallByTime) => {
  const underWay = new Set<ServerResponse>();
  let stopping = false;

  const lastOfItsConnection = (res: ServerResponse): void => {
    if (!res.headersSent) res.setHeader('Connection', 'close');
  };

  const listener: RequestListener = (req, res) => {
    underWay.add(res);
    res.once('close', () => underWay.delete(res));
    if (stopping) lastOfItsConnection(res);
    if (stopping && req.url === READINESS) notReady(res);
    else app(req, res);
  };

  /**
   * Whoever asks on a connection is told that it was the last time on it; connections are closed only after nobody has
   * used them for the whole last call. `onClosed` is called when no connection is accepted any more.
   */
  const drain = async (server: Server, onClosed: () => void): Promise<void> => {
    stopping = true;
    for (const res of underWay) lastOfItsConnection(res);
    await lastCall();
    const closed = new Promise((resolve) => server.close(resolve));
    // An answer that had begun before leaves its connection open.
    for (const res of underWay) res.once('close', () => server.closeIdleConnections());
    onClosed();
    const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearTimeout(force);
  };

  return { listener, drain };
};
