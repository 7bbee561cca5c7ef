import type { Handle } from '@bankside/feed';
import type { Pool } from 'pg';

/** What to list: `created` is the published event that gives `field`, a number, to a customer. */
type Listed = Readonly<{ source: string; created: string; field: string }>;

/**
 * Which cards, or loans, a customer has: no single stream knows it. A view of the service's own events in its own
 * database. What they are like now is read from their streams.
 */
export const numbersOf = ({ source, created, field }: Listed) => {
  const keep: Handle = async (client, events) => {
    for (const { type, data } of events) {
      if (type !== created) continue;
      const given = data as Readonly<Record<string, unknown>>;
      await client.query('insert into customer_number values ($1, $2) on conflict do nothing', [
        given['customerId'],
        given[field],
      ]);
    }
  };
  return {
    tables: `
      create table if not exists customer_number (
        customer_id text not null, number text not null, primary key (customer_id, number)
      );`,
    keep,
    /** Finds the numbers of a customer; when there is none, it may just not have arrived, so the feed is read once. */
    finder: ({ pool, catchUp }: Readonly<{ pool: Pool; catchUp: (source: string) => Promise<void> }>) => {
      const read = async (customerId: string): Promise<readonly string[]> => {
        const { rows } = await pool.query<Readonly<{ number: string }>>(
          'select number from customer_number where customer_id = $1 order by number',
          [customerId],
        );
        return rows.map(({ number }) => number);
      };
      return async (customerId: string): Promise<readonly string[]> => {
        const known = await read(customerId);
        if (known.length > 0) return known;
        await catchUp(source);
        return read(customerId);
      };
    },
  };
};

export type NumbersFinder = (customerId: string) => Promise<readonly string[]>;
