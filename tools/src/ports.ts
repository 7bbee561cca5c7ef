import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PreflightError } from './errors';

/**
 * Below what systems give out to outgoing connections (from 32768 on Linux, 49152 elsewhere). A port from there could
 * be somebody's source port at the moment when a crashed process wants it back.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const ATTEMPTS = 100;

const taken = new Set<number>();

export const isPortFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });

/** A free port of the loopback interface, never the same one twice in this process. */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (taken.has(port) || !(await isPortFree(port))) continue;
    taken.add(port);
    return port;
  }
  throw new PreflightError(`No free port found between ${FIRST_PORT} and ${LAST_PORT}.`);
};
