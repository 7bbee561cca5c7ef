import { Outage } from '@bankside/dapr';

/** Of Node: nobody listens, or somebody stopped doing so. Of PostgreSQL: shutting down, starting up, no connection left. */
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
/** What `pg` says without a code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;
/** Of the MongoDB driver, and of mongoose over it. */
const NAMES = /^Mongo(ose)?(Network|ServerSelection|NotConnected|PoolCleared|TopologyClosed|Expired)/;
/** FerretDB's word for a PostgreSQL that does not answer. MongoDB itself does not say this to a query. */
const INTERNAL_ERROR = 1;

/** Whether a store did not answer, so that asking again may help. */
export const isOutage = (error: unknown): boolean => {
  if (error instanceof Outage) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as Readonly<{ code?: unknown }>;
  if (typeof code === 'string' && CODES.has(code)) return true;
  if (error.name === 'MongoServerError' && code === INTERNAL_ERROR) return true;
  return MESSAGES.test(error.message) || NAMES.test(error.name);
};
