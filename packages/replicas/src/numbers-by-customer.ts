import type { Handle } from '@bankside/feed';
import type { Pool } from 'pg';

/** Which published event of `source` gives a number, in `field`, to a customer. */
type NumberSource = Readonly<{ source: string; created: string; field: string }>;

/** The numbers of a customer's cards or loans, in ascending order. */
export type FindNumbersOfCustomer = (customerId: string) => Promise<readonly string[]>;

/**
 * An index of the card or loan numbers of each customer, which no single stream holds: the service keeps it in its own
 * database, from its own published events. Everything else about a card or loan is read from its stream.
 */
export const numbersByCustomer = ({ source, created, field }: NumberSource) => {
  const replicate: Handle = async (client, events) => {
    for (const { type, data } of events) {
      if (type !== created) continue;
      const given = data as Readonly<Record<string, unknown>>;
      await client.query('insert into number_by_customer values ($1, $2) on conflict do nothing', [
        given['customerId'],
        given[field],
      ]);
    }
  };
  return {
    replicate,
    /** Reads the index. Without a hit it first reads the feed to its end, since the event may not have arrived yet. */
    finder: ({
      pool,
      catchUp,
    }: Readonly<{ pool: Pool; catchUp: (source: string) => Promise<void> }>): FindNumbersOfCustomer => {
      const read = async (customerId: string): Promise<readonly string[]> => {
        const { rows } = await pool.query<Readonly<{ number: string }>>(
          'select number from number_by_customer where customer_id = $1 order by number',
          [customerId],
        );
        return rows.map(({ number }) => number);
      };
      return async (customerId) => {
        const known = await read(customerId);
        if (known.length > 0) return known;
        await catchUp(source);
        return read(customerId);
      };
    },
  };
};
