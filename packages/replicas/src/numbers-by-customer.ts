import { handlerOf } from '@bankside/feed';
import type { Pool } from 'pg';

/** Which published event of `source` gives a number, in `field`, to a customer. */
type NumberSource = Readonly<{ source: string; created: string; field: string }>;

type FinderDeps = Readonly<{ pool: Pool; catchUp: (source: string) => Promise<void> }>;

/** The numbers of a customer's accounts, cards or loans, in ascending order. */
export type FindNumbersOfCustomer = (customerId: string) => Promise<readonly string[]>;

/**
 * An index of the numbers of each customer's accounts, cards or loans, which no single stream holds: the service keeps it
 * in its own database, from its own published events. Everything else about one of them is read from its stream.
 */
export const numbersByCustomer = ({ source, created, field }: NumberSource) => {
  const replicate = handlerOf([created], async (client, events) => {
    for (const { data } of events) {
      const given = data as Readonly<Record<string, unknown>>;
      await client.query('insert into number_by_customer values ($1, $2) on conflict do nothing', [
        given['customerId'],
        given[field],
      ]);
    }
  });
  const read = async (pool: Pool, customerId: string): Promise<readonly string[]> => {
    const { rows } = await pool.query<Readonly<{ number: string }>>(
      'select number from number_by_customer where customer_id = $1 order by number',
      [customerId],
    );
    return rows.map(({ number }) => number);
  };
  const completeFinder =
    ({ pool, catchUp }: FinderDeps): FindNumbersOfCustomer =>
    async (customerId) => {
      await catchUp(source);
      return read(pool, customerId);
    };
  return {
    replicate,
    /** Finds all numbers, those that were given a moment ago included: reads the feed to its end first. */
    completeFinder,
    /** Reads the index. Without a hit it first reads the feed to its end, since the event may not have arrived yet. */
    finder: (deps: FinderDeps): FindNumbersOfCustomer => {
      const complete = completeFinder(deps);
      return async (customerId) => {
        const known = await read(deps.pool, customerId);
        return known.length > 0 ? known : complete(customerId);
      };
    },
  };
};
