import { DELIVERIES_KEPT_DAYS } from '@bankside/contracts/http/stories';
import type { DeliveredHow } from '@bankside/contracts/http/stories';
import type { Pool } from 'pg';
import { columnsOf, type EventRef } from './dead-letters';
import type { Queryable } from './transaction';

/** Consecutive events of a feed that a consumer applied together. */
export type Delivered = Readonly<{
  consumer: string;
  source: string;
  partition: number;
  first: number;
  last: number;
  at: string;
  how: DeliveredHow;
}>;

/** The event of a feed that a consumer applied, and how it came by it. */
export type EventDelivery = EventRef & Pick<Delivered, 'consumer' | 'at' | 'how'>;

/** A row waits at most this long in memory: a crash loses it, never the effect that it is about. */
const FLUSH_AFTER_MS = 500;
/** Rows in memory. While the database does not respond, further ones are dropped. */
const MAX_ROWS = 10_000;
const PRUNE_EVERY_MS = 3_600_000;

const INSERT = `
  insert into consumer_delivery (consumer, source, partition, first, last, at, how)
  select * from jsonb_to_recordset($1::jsonb) as row(
    consumer text, source text, partition int, first bigint, last bigint, at timestamptz, how text)
  on conflict do nothing`;

/** Deletes rows older than thirty days, at most once an hour. */
export const deliveryPruner = () => {
  let pruned = -Infinity;
  return async (database: Queryable, consumers: readonly string[]): Promise<void> => {
    const now = performance.now();
    if (now - pruned < PRUNE_EVERY_MS) return;
    pruned = now;
    await database.query(
      `delete from consumer_delivery where consumer = any($1) and at < now() - interval '${DELIVERIES_KEPT_DAYS} days'`,
      [consumers],
    );
  };
};

/**
 * Records deliveries of consumers whose effects are in another database, some time later and in few statements. Rows that
 * are lost in a crash are missing in stories only.
 */
export const deliveryLog = (pool: Pool, onError: (error: unknown) => void) => {
  const prune = deliveryPruner();
  let rows: Delivered[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const some = rows;
    rows = [];
    if (some.length === 0) return;
    await pool.query(INSERT, [JSON.stringify(some)]);
    await prune(pool, [...new Set(some.map(({ consumer }) => consumer))]);
  };

  return {
    record: (row: Delivered): void => {
      if (rows.length < MAX_ROWS) rows.push(row);
      timer ??= setTimeout(() => void flush().catch(onError), FLUSH_AFTER_MS);
    },
    /** Writes what waits. */
    stop: (): Promise<void> => flush().catch(onError),
  };
};
export type DeliveryLog = ReturnType<typeof deliveryLog>;

const DELIVERIES = `
  select event.source, event.partition, event.position, consumer.name as consumer, delivery.at, delivery.how
  from unnest($1::text[], $2::int[], $3::bigint[]) as event(source, partition, position)
    cross join unnest($4::text[]) as consumer(name)
    cross join lateral (
      select at, how, last from consumer_delivery
      where consumer = consumer.name and source = event.source and partition = event.partition and first <= event.position
      order by first desc limit 1
    ) as delivery
  where delivery.last >= event.position`;

type Row = Omit<EventDelivery, 'position' | 'at'> & Readonly<{ position: string; at: Date }>;

/** When and how consumers applied events, as far as recorded. */
export const deliveriesOf = async (
  pool: Pool,
  events: readonly EventRef[],
  consumers: readonly string[],
): Promise<readonly EventDelivery[]> => {
  const { rows } = await pool.query<Row>(DELIVERIES, [...columnsOf(events), consumers]);
  return rows.map((row) => ({ ...row, position: Number(row.position), at: row.at.toISOString() }));
};
