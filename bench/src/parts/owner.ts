import type { FeedPage } from '@bankside/contracts';
import type { PageRequest, Pull } from '@bankside/feed';
import { startServices } from '@bankside/tools';
import { Pool as PostgresPool } from 'pg';
import { Pool } from 'undici';

const SERVICE = 'accounts';
/** Deposits of one account, which its owner has to itself. */
const PER_ACCOUNT = 100;

const FILL = `
  insert into feed (partition, position, stream, revision, index, type, event, at)
  select 0, n, 'account-' || account, revision, 0, 'accounts.money-deposited.v1', json_build_object(
      'specversion', '1.0', 'id', 'accounts/0/' || n, 'type', 'accounts.money-deposited.v1', 'source', 'accounts',
      'subject', 'account-' || account, 'time', '2026-01-01T00:00:00.000Z', 'datacontenttype', 'application/json',
      'partitionkey', 'account-' || account, 'feedpartition', 0, 'feedposition', n, 'streamrevision', revision,
      'data', json_build_object('accountNumber', account, 'customerId', 'customer-' || account,
        'depositId', 'deposit-of-the-benchmark-' || n, 'amountCents', 100, 'balanceCents', revision * 100, 'currency', 'EUR')
    ), now()
  from (
    select n, lpad((n % accounts)::text, 10, '0') as account, 1 + n / accounts as revision
    from generate_series($1::int + 1, $2::int) as n, (select greatest(1, $2::int / ${PER_ACCOUNT}) as accounts)
  ) as deposit`;

/** The accounts service as it runs elsewhere, with a feed of deposits as long as is asked for. */
export const startOwner = async () => {
  const services = await startServices([SERVICE]);
  const pool = new PostgresPool({ connectionString: services.databaseUrl(SERVICE) });
  const http = new Pool(services.url(SERVICE), { connections: 4 });
  const process = services.process(SERVICE);

  const read = async ({ partition, after, limit, flushed = false }: PageRequest): Promise<FeedPage> => {
    const path = `/feed?partition=${partition}&after=${after}&limit=${limit}&flushed=${flushed}`;
    const { statusCode, body } = await http.request({ method: 'GET', path });
    if (statusCode !== 200) throw new Error(`The feed answered ${statusCode}.`);
    return (await body.json()) as FeedPage;
  };

  return {
    /** Only that service has events. */
    pullFrom:
      (source: string): Pull =>
      async (request) =>
        source === SERVICE ? read(request) : { events: [], head: 0, partitions: 1 },
    /** Makes the feed that long. Its owner starts anew, for it thinks that nobody else writes to it. */
    fill: async (events: number): Promise<void> => {
      await pool.query('truncate feed');
      await pool.query(FILL, [0, events]);
      await pool.query('update feed_head set position = $1', [events]);
      await pool.query('update feed_published set position = $1', [events]);
      await pool.query('vacuum analyze feed');
      await process.restart();
    },
    stop: async (): Promise<void> => {
      await Promise.all([http.close(), pool.end()]);
      await services.stop();
    },
  };
};
