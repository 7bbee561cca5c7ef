import { Outage } from '@bankside/dapr';

/** Node's codes of broken connections, and PostgreSQL's for shutting down, starting up and too many connections. */
const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '08000',
  '08003',
  '08006',
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);
/** Errors of `pg` that have no code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;
/** Errors of the MongoDB driver and of Mongoose. */
const NAMES = /^Mongo(ose)?(Network|ServerSelection|NotConnected|PoolCleared|TopologyClosed|Expired)/;
/** FerretDB's code when its PostgreSQL does not respond. MongoDB does not use it for queries. */
const INTERNAL_ERROR = 1;

/** Whether a service or store did not respond, so that a retry may succeed. */
export const isOutage = (error: unknown): boolean => {
  if (error instanceof Outage) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as Readonly<{ code?: unknown }>;
  if (typeof code === 'string' && CODES.has(code)) return true;
  if (error.name === 'MongoServerError' && code === INTERNAL_ERROR) return true;
  return MESSAGES.test(error.message) || NAMES.test(error.name);
};
