import type { Connection } from 'mongoose';

/** A MongoDB that responds more slowly cannot serve a caller in time. */
const WITHIN_MS = 2_000;

/**
 * For readiness. A check on a connection that the network dropped closes it, and the pool opens another one.
 * @throws Error when MongoDB does not respond within two seconds
 */
export const requireMongodb = async ({ db }: Pick<Connection, 'db'>): Promise<void> => {
  if (db === undefined) throw new Error('MongoDB is not connected yet');
  await db.command({ ping: 1 }, { signal: AbortSignal.timeout(WITHIN_MS) });
};
