import { randomInt } from 'node:crypto';
import getPort from 'get-port';

const HOST = '127.0.0.1';
/**
 * Below the range of outgoing connections (from 32768 on Linux, 49152 elsewhere): a port from there could be in use as a
 * source port when a crashed process wants it back.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
/** Drawn at random, because several processes look for ports at the same time. */
const CANDIDATES = 100;

const candidates = (): number[] => Array.from({ length: CANDIDATES }, () => randomInt(FIRST_PORT, LAST_PORT));

/** A free port of the loopback interface. This process never gets the same one twice. */
export const freePort = (): Promise<number> => getPort({ host: HOST, port: candidates(), reserve: true });

export const isPortFree = async (port: number): Promise<boolean> =>
  (await getPort({ host: HOST, port })) === port;
