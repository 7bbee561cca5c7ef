import { Client } from 'pg';

/** The part of a database connection that the check needs. `processID` is what the server announced at the start. */
export type Connection = Readonly<{
  processID?: number | null;
  connect: () => Promise<unknown>;
  query: (text: string) => Promise<Readonly<{ rows: ReadonlyArray<Readonly<Record<string, unknown>>> }>>;
  end: () => Promise<void>;
}>;

/** A pooler may give the idle backend to another client, or to none of these few while it is busy. */
const OTHER_CLIENTS = 4;
const QUERY_TIMEOUT_MS = 5_000;

/** The database is reached through a pooler that drops sessions between transactions. */
export class TransactionPooler extends Error {
  constructor() {
    super(
      'DATABASE_URL leads to a connection pooler in transaction mode (PgBouncer with pool_mode = transaction, or the "pooled" address of a provider). Leases and notifications need sessions: use the direct address of the database, or session mode.',
    );
  }
}

const backendOf = async (connection: Connection): Promise<number> =>
  Number((await connection.query('select pg_backend_pid() as pid')).rows[0]?.['pid']);

/**
 * Checks that a connection is one session of the database from its beginning to its end, as leases (session locks) and
 * `LISTEN` need it. Behind a pooler in transaction mode both would stop working without an error.
 * @throws TransactionPooler when statements of one connection reach different sessions
 */
export const requireSessions = async (open: () => Connection): Promise<void> => {
  const opened: Connection[] = [];
  const connection = async (): Promise<Connection> => {
    const one = open();
    opened.push(one);
    await one.connect();
    return one;
  };
  try {
    const own = await connection();
    const backend = await backendOf(own);
    if (own.processID === backend) return; // No pooler is in between: one would announce a number of its own.
    for (let others = 0; others < OTHER_CLIENTS; others += 1) {
      const other = await connection();
      await other.query('begin'); // Occupies a backend: that of `own`, if `own` has given it back.
      if ((await backendOf(other)) === backend || (await backendOf(own)) !== backend)
        throw new TransactionPooler();
    }
  } finally {
    await Promise.allSettled(opened.map((one) => one.end()));
  }
};

/** `requireSessions` for the database of a service. */
export const requireDatabaseSessions = (connectionString: string): Promise<void> =>
  requireSessions(() => {
    const client = new Client({
      connectionString,
      connectionTimeoutMillis: QUERY_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
    });
    client.on('error', () => undefined); // A broken connection also rejects its query.
    return client as Client & Readonly<{ processID?: number | null }>;
  });
