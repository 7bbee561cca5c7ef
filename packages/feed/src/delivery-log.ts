import { DELIVERIES_KEPT_DAYS } from '@bankside/contracts/http/stories';
import type { DeliveredHow } from '@bankside/contracts/http/stories';
import { bufferedWrites, throttle } from '@bankside/std';
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

/** The event of a feed that a consumer applied, and how it received it. */
type EventDelivery = EventRef & Pick<Delivered, 'consumer' | 'at' | 'how'>;

const PRUNE_EVERY_MS = 3_600_000;

const INSERT = `
  insert into consumer_delivery (consumer, source, partition, first, last, at, how)
  select * from jsonb_to_recordset($1::jsonb) as row(
    consumer text, source text, partition int, first bigint, last bigint, at timestamptz, how text)
  on conflict do nothing`;

/** Deletes rows older than thirty days, at most once an hour. */
export const deliveryPruner = () => {
  const isDue = throttle(PRUNE_EVERY_MS, () => performance.now());
  return async (database: Queryable, consumers: readonly string[]): Promise<void> => {
    if (!isDue('consumer_delivery')) return;
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
  return bufferedWrites<Delivered>({
    write: async (rows) => {
      await pool.query(INSERT, [JSON.stringify(rows)]);
      await prune(pool, [...new Set(rows.map(({ consumer }) => consumer))]);
    },
    onError,
  });
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
