import type { EventEnvelope } from '@bankside/contracts';
import { withSpan } from '@bankside/telemetry';
import type { Pool, PoolClient } from 'pg';
import {
  attempt,
  blockedEvent,
  blockedStreams,
  isPermanent,
  isPoison,
  parkEvents,
  poisonedEvent,
  OPEN,
  type ParkedEvent,
  type PostgresSinkOptions,
} from './parking';
import { isAnyHandled, type Handle } from './handle';
import { isTransient, PositionMoved, type CheckpointMove, type Sink } from './feed-subscription';
import { batchSpan, topicOf } from './batch-spans';
import { deliveryPruner } from './delivery-log';
import { inTransaction, type Queryable } from './transaction';
import { consumer, type Consumer, type ConsumerOptions, type PartitionLag } from './consumer';
import { postgresReplay } from './postgres-replay';

/**
 * How often a batch may fail with an error that is not transient before its events are tried one by one and those that fail
 * are parked. At one check of the feed every two seconds a bug blocks its partition for about ten seconds, not for good.
 */
const POISON_AFTER = 5;

/**
 * Records the delivery of the events that a checkpoint has `moved` over. Returns a row if it has; `blocked`: whether any stream
 * was blocked when the statement began.
 */
const RECORD = `, recorded as (
    insert into consumer_delivery (consumer, source, partition, first, last, how)
    select $1, $2, $3, $4::bigint + 1, position, $6 from moved
  )
  select exists (select from dead_letter where consumer = $1 and source = $2 and ${OPEN}) as blocked from moved`;

type Moved = Readonly<{ blocked: boolean }>;

/** Locks the checkpoint as well: replicas wait here for each other, and the later one finds it moved. */
const ADVANCE = {
  name: 'consumer-advance',
  text: `
  with moved as (
    update consumer_position set position = $5
    where consumer = $1 and source = $2 and partition = $3 and position = $4 returning position
  )${RECORD}`,
};

/**
 * Moves the checkpoint over events without an effect, unless any of their streams may be blocked. If a crash of the database
 * loses it, they are read again: its commit need not wait for the disk.
 */
const SKIP = {
  name: 'consumer-skip',
  text: `
  with fast as materialized (select set_config('synchronous_commit', 'off', true)), moved as (
    update consumer_position set position = $5 from fast
    where consumer = $1 and source = $2 and partition = $3 and position = $4
      and not exists (select from dead_letter where consumer = $1 and source = $2 and ${OPEN})
    returning position
  )${RECORD}`,
};

/**
 * Stores the checkpoint in the transaction of the effect. An event whose handler throws `Poison`, or fails five times with
 * an error that is not transient while other events can be applied, becomes a dead letter; later events of its stream are
 * parked behind it.
 */
export const postgresSink = (pool: Pool, { consumer, source, handle }: PostgresSinkOptions): Sink => {
  const prune = deliveryPruner();
  const failures = new Map<number, Readonly<{ from: number; count: number }>>();

  /** @returns undefined unless the checkpoint was where the move begins */
  const moved = async (
    database: Queryable,
    statement: typeof ADVANCE,
    { partition, from, to, how }: CheckpointMove & Readonly<{ partition: number }>,
  ): Promise<Moved | undefined> => {
    const values = [consumer, source, partition, from, to, how];
    const { rows } = await database.query<Moved>({ ...statement, values });
    if (rows[0]) await prune(database, [consumer]);
    return rows[0];
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

  /** Parks the events of blocked streams and returns the others. Reads after the checkpoint is locked. */
  const withoutBlocked = async (
    client: PoolClient,
    events: readonly EventEnvelope[],
  ): Promise<readonly EventEnvelope[]> => {
    const blocked = await blockedStreams(client, consumer, source);
    if (blocked.size === 0) return events;
    const waiting = events.filter(({ subject }) => blocked.has(subject));
    await parkEvents(client, consumer, waiting.map(blockedEvent));
    return events.filter(({ subject }) => !blocked.has(subject));
  };

  const oneByOne =
    (parks: (error: unknown) => boolean) =>
    async (client: PoolClient, events: readonly EventEnvelope[]): Promise<void> => {
      const parked = new Map<string, ParkedEvent[]>();
      const failures: unknown[] = [];
      let applied = 0;
      for (const event of events) {
        const blocking = parked.get(event.subject);
        if (blocking) {
          blocking.push(blockedEvent(event));
          continue;
        }
        const failed = await attempt(client, () => handle(client, [event]), parks);
        if (failed) {
          failures.push(failed.failure);
          parked.set(event.subject, [poisonedEvent(event, failed.failure)]);
        } else applied += 1;
      }
      // Events of several streams that all fail are not the cause: the handler itself is broken.
      if (applied === 0 && failures.length > 1 && !failures.some(isPoison)) throw failures[0];
      await parkEvents(client, consumer, [...parked.values()].flat());
    };

  /** Counts failures of the same batch. A transient failure neither counts nor resets the count. */
  const isExhausted = (partition: number, from: number, error: unknown): boolean => {
    if (isTransient(error)) return false;
    const before = failures.get(partition);
    const count = before?.from === from ? before.count + 1 : 1;
    failures.set(partition, { from, count });
    return count >= POISON_AFTER;
  };

  return {
    position,
    apply: async (partition, events, move) => {
      const { from } = move;
      const transact = (work: (client: PoolClient, rest: readonly EventEnvelope[]) => Promise<void>) =>
        inTransaction(pool, async (client) => {
          const checkpoint = await moved(client, ADVANCE, { partition, ...move });
          if (!checkpoint)
            throw new PositionMoved(`${consumer}: ${source}/${partition} is no longer at ${from}`);
          // If none was, none is: a transaction that parks events of other streams moves the checkpoint.
          const rest = checkpoint.blocked ? await withoutBlocked(client, events) : events;
          if (rest.length > 0) await work(client, rest);
        });
      const skipped = async (): Promise<boolean> =>
        (await moved(pool, SKIP, { partition, ...move })) !== undefined;
      const topic = topicOf(source);
      try {
        await withSpan('consumption', batchSpan(topic, topic, events, consumer), async () => {
          if (isAnyHandled(handle, events) || !(await skipped())) await transact(handle);
        });
      } catch (error) {
        if (error instanceof PositionMoved) throw error;
        const exhausted = isExhausted(partition, from, error);
        if (!exhausted && !isPoison(error)) throw error;
        await transact(oneByOne(exhausted ? isPermanent : isPoison));
      }
      failures.delete(partition);
    },
  };
};

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
