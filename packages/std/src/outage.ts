/** Node: connection refused, reset or timed out. PostgreSQL: classes below and single codes of a failover. */
const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  '25006', // A primary that has become a standby.
]);
/** PostgreSQL: connection lost, out of resources, operator intervention, I/O error. */
const SQLSTATE_CLASSES = /^(08|53|57|58)[0-9A-Z]{3}$/;
/** What `pg` throws without a code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;
/** The MongoDB driver, and mongoose above it. */
const NAMES =
  /^(Outage$|Mongo(ose)?(Network|ServerSelection|NotConnected|PoolCleared|TopologyClosed|Expired))/;
/** FerretDB's code when its PostgreSQL does not respond. MongoDB itself does not return it for a query. */
const INTERNAL_ERROR = 1;

/** Whether a store or service did not respond, so that a retry may succeed. Recognizes `Outage` of `@bankside/dapr` by its name. */
export const isOutage = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code } = error as Readonly<{ code?: unknown }>;
  if (typeof code === 'string' && (CODES.has(code) || SQLSTATE_CLASSES.test(code))) return true;
  if (error.name === 'MongoServerError' && code === INTERNAL_ERROR) return true;
  return MESSAGES.test(error.message) || NAMES.test(error.name);
};
