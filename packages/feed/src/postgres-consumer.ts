import type { Pool } from 'pg';
import { consumer, type Consumer, type ConsumerOptions, type PartitionLag } from './consumer';
import { postgresReplay } from './postgres-replay';
import { postgresSink, type Handle } from './postgres-sink';

/** A consumer as operators see it. A service lists its consumers and serves the same operator routes for all of them. */
export type OperatedConsumer = Readonly<{
  name: string;
  /** The feeds that it reads. */
  sources: readonly string[];
  lag: () => Promise<readonly PartitionLag[]>;
  /** The name under which its dead letters are stored. A projection's contains the active version. */
  storedAs: () => string;
  /** Whether events of a type have an effect. Default: all. */
  handles?: (type: string) => boolean;
  /** Names under which its dead letters were stored before: earlier versions of a projection. Listed once resolved. */
  storedBefore?: () => readonly string[];
  /**
   * Applies the open dead letters of a stream in order, up to the next one that fails.
   * @returns false if it still runs
   */
  replay: (request: Readonly<{ source: string; stream: string; by: string | undefined }>) => Promise<boolean>;
}>;

export type PostgresConsumerOptions = Omit<ConsumerOptions, 'sink'> &
  Readonly<{ pool: Pool; name: string; handle: Handle }>;

export type PostgresConsumer = Omit<Consumer, 'lag'> & OperatedConsumer;

/** A consumer whose effects, checkpoints and dead letters are in one PostgreSQL database. */
export const postgresConsumer = ({
  pool,
  name,
  handle,
  ...options
}: PostgresConsumerOptions): PostgresConsumer => {
  const { source, pull } = options;
  const target = { consumer: name, source, handle };
  const one = consumer({ ...options, sink: postgresSink(pool, target) });
  const replay = postgresReplay(pool, { ...target, pull });
  return {
    ...one,
    name,
    sources: [source],
    lag: async () => one.lag(),
    storedAs: () => name,
    replay: async ({ stream, by }) => {
      await replay({ stream, by });
      return true;
    },
  };
};
