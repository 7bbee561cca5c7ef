import { postgresPool } from '../fixtures/postgres-pool';
import { appendOf } from '../fixtures/commits';

/** The default size of a `pg` pool. */
const CONNECTIONS = 10;

const TABLE = `create table commit (
  stream text not null, revision int not null, value jsonb not null, primary key (stream, revision)
)`;

/** The minimum of an event store on PostgreSQL: one prepared insert per command. */
export const plainPostgres = async (connectionString: string) => {
  const pool = postgresPool(connectionString, CONNECTIONS);
  await pool.query(TABLE);
  return {
    append: (stream: string, revision: number) =>
      pool.query({
        name: 'append',
        text: 'insert into commit (stream, revision, value) values ($1, $2, $3)',
        values: [stream, revision, JSON.stringify(appendOf(stream, revision).commit)],
      }),
    stop: () => pool.end(),
  };
};
