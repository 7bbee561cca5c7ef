import type { Pool, PoolClient } from 'pg';

/** A pool, or a connection with its transaction. */
export type Queryable = Pick<Pool | PoolClient, 'query'>;
