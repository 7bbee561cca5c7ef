import type { TimedQuery } from '@bankside/feed';
import { Pool, type PoolConfig } from 'pg';

/** Longer than an idle service takes until it uses its database again: a new connection costs more than a query. */
const IDLE_CONNECTION_MS = 60_000;
/** Also of the wait for a connection while all are in use. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Longer than any statement of a service takes. */
const QUERY_TIMEOUT_MS = 20_000;
const KEEPALIVE_IDLE_MS = 4_000;
/** Of a session in a transaction without a statement under way. */
const IDLE_TRANSACTION_MS = 30_000;

type Limits = Pick<
  PoolConfig,
  'connectionTimeoutMillis' | 'query_timeout' | 'idle_in_transaction_session_timeout'
>;

/**
 * The pool of a service. A network that drops the packets of a connection ends it for neither end: a query without a timeout
 * waits forever on its connection, and the server keeps the locks of an open transaction.
 */
export const databasePool = (connectionString: string, max: number, limits: Limits = {}): Pool =>
  new Pool({
    connectionString,
    max,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_IDLE_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
    ...limits,
  });

/** A database that responds more slowly cannot serve a caller in time. */
const PING: TimedQuery = { text: 'select 1', query_timeout: 2_000 };

/**
 * For readiness. A check on a connection that the network dropped makes the pool replace that connection.
 * @throws Error when the database does not respond within two seconds
 */
export const requireDatabase = async (pool: Pool): Promise<void> => {
  await pool.query(PING);
};
