import { postgresPool } from '../fixtures/postgres-pool';

const TABLES = `
  create table entry (
    id text primary key, at timestamptz not null, event text not null, currency text not null, reference text[] not null
  );
  create table posting (
    entry text not null references entry, account text not null, amount_cents bigint not null, primary key (entry, account)
  );
  create index on entry (at);
  create index on entry using gin (reference)`;

const INSERT = `
  with added as (
    insert into entry
    select id, now(), 'accounts.money-deposited.v1', 'EUR', array['customer-' || id, '1000000017']
    from unnest($1::text[]) as id
    returning id
  )
  insert into posting
  select id, account, amount from added,
    (values ('cash', 100), ('customer-deposits', -100)) as line (account, amount)`;

/** What a journal needs without events: entries and their postings in two tables, inserted in batches. */
export const plainJournal = async (connectionString: string) => {
  const pool = postgresPool(connectionString);
  await pool.query(TABLES);
  return {
    insert: (ids: readonly string[]) => pool.query(INSERT, [ids]),
    clear: () => pool.query('truncate entry, posting'),
    stop: () => pool.end(),
  };
};
