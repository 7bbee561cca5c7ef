import type { Pool, PoolClient } from 'pg';
import { deadLetters, type DeadLetters } from './dead-letters';
import type { EventEnvelope } from '@bankside/contracts';
import { Poison, PositionMoved, type Sink } from './sink';
import { inTransaction } from './transaction';

/** Makes the effect of events through this connection, within its transaction. Throws `Poison` for one that never will fit. */
export type Handle = (client: PoolClient, events: readonly EventEnvelope[]) => Promise<void>;

export type PostgresSinkOptions = Readonly<{
  /** Name of the consumer, kept with its position for ever. */
  consumer: string;
  source: string;
  handle: Handle;
}>;

export type PostgresSink = Sink & DeadLetters;

const INSTALL_LOCK = 4_826_303;

/** Makes the tables of positions and dead letters in the database of the consumer, unless they are there. */
export const installConsumer = (pool: Pool): Promise<void> =>
  inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [INSTALL_LOCK]);
    await client.query(`
      create table if not exists consumer_position (
        consumer text, source text, partition int, position bigint not null, primary key (consumer, source, partition)
      ) with (fillfactor = 20);
      create table if not exists dead_letter (
        consumer text, source text, partition int, position bigint, stream text not null, event json not null,
        reason text not null, stack text, at timestamptz not null default now(),
        state text not null check (state in ('poison', 'held', 'replayed', 'discarded')),
        primary key (consumer, source, partition, position)
      );
      create index if not exists dead_letter_open on dead_letter (consumer, source, stream, position)
        where state in ('poison', 'held');`);
  });

/** Keeps the position in the transaction of the effect, and what can't be applied in `dead_letter`. */
export const postgresSink = (pool: Pool, { consumer, source, handle }: PostgresSinkOptions): PostgresSink => {
  const letters = deadLetters(pool, { consumer, source, handle });

  /** Locks the position as well: replicas wait here for each other, and the later one finds it moved. */
  const advance = async (client: PoolClient, partition: number, from: number, to: number): Promise<void> => {
    const { rowCount } = await client.query({
      name: 'consumer-advance',
      text: `update consumer_position set position = $5
        where consumer = $1 and source = $2 and partition = $3 and position = $4`,
      values: [consumer, source, partition, from, to],
    });
    if (rowCount !== 1)
      throw new PositionMoved(`${consumer}: ${source}/${partition} is no longer at ${from}`);
  };

  const position = async (partition: number): Promise<number> => {
    const key = [consumer, source, partition];
    const { rows } = await pool.query<{ position: string }>(
      'select position from consumer_position where consumer = $1 and source = $2 and partition = $3',
      key,
    );
    if (rows[0]) return Number(rows[0].position);
    await pool.query('insert into consumer_position values ($1, $2, $3, 0) on conflict do nothing', key);
    return position(partition);
  };

  return {
    ...letters,
    position,
    apply: async (partition, events, from, to) => {
      const applied = (one: (client: PoolClient, rest: readonly EventEnvelope[]) => Promise<void>) =>
        inTransaction(pool, async (client) => {
          await advance(client, partition, from, to);
          await one(client, await letters.holdBlocked(client, events));
        });
      try {
        await applied((client, rest) => (rest.length === 0 ? Promise.resolve() : handle(client, rest)));
      } catch (error) {
        if (!(error instanceof Poison)) throw error;
        await applied(letters.oneByOne); // Which one it was shows only now. Rare, so it may be slow.
      }
    },
  };
};
