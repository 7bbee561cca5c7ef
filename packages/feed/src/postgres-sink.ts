import type { EventEnvelope } from '@bankside/contracts';
import { withSpan } from '@bankside/telemetry';
import type { Pool, PoolClient } from 'pg';
import { blockedEvent, deadLetters, poisonedEvent, type ParkedEvent } from './dead-letters';
import type { Pull } from './feed-subscription';
import { batchSpan, topicOf } from './batch-spans';
import { isTransient, Poison, PositionMoved, type CheckpointMove, type Sink } from './sink';
import { deliveryPruner } from './delivery-log';
import { inTransaction } from './transaction';

/**
 * Makes the effect of events through this connection, within its transaction. A thrown `Poison` parks the event at once;
 * any other error repeats the batch, see `postgresSink`.
 */
export type Handle = (client: PoolClient, events: readonly EventEnvelope[]) => Promise<void>;

export type PostgresSinkOptions = Readonly<{
  /** Name of the consumer, stored with its checkpoints and dead letters. */
  consumer: string;
  source: string;
  handle: Handle;
}>;

/**
 * How often a batch may fail with an error that is not transient before its events are tried one by one and those that fail
 * are parked. At one check of the feed every two seconds a bug blocks its partition for about ten seconds, not for good.
 */
const POISON_AFTER = 5;
/** Dead letters that one transaction of a replay applies. */
const REPLAY_BATCH = 100;

/** Runs the handler so that a failed event leaves no trace in the transaction. Throws if the failure does not park it. */
const attempt = async (
  client: PoolClient,
  work: () => Promise<void>,
  parks: (error: unknown) => boolean,
): Promise<Readonly<{ failure: unknown }> | undefined> => {
  await client.query('savepoint event');
  try {
    await work();
    await client.query('release savepoint event');
    return undefined;
  } catch (failure) {
    if (!parks(failure)) throw failure;
    await client.query('rollback to savepoint event');
    return { failure };
  }
};

const isPoison = (error: unknown): boolean => error instanceof Poison;
const isPermanent = (error: unknown): boolean => isPoison(error) || !isTransient(error);

/**
 * Stores the checkpoint in the transaction of the effect. An event whose handler throws `Poison`, or fails five times with
 * an error that is not transient while other events can be applied, becomes a dead letter; later events of its stream are
 * parked behind it.
 */
export const postgresSink = (pool: Pool, { consumer, source, handle }: PostgresSinkOptions): Sink => {
  const prune = deliveryPruner();
  const failures = new Map<number, Readonly<{ from: number; count: number }>>();

  /** Locks the checkpoint as well: replicas wait here for each other, and the later one finds it moved. */
  const advance = async (
    client: PoolClient,
    { partition, from, to, how }: CheckpointMove & Readonly<{ partition: number }>,
  ): Promise<void> => {
    const { rowCount } = await client.query({
      name: 'consumer-advance',
      text: `with moved as (
          update consumer_position set position = $5
          where consumer = $1 and source = $2 and partition = $3 and position = $4 returning position
        )
        insert into consumer_delivery (consumer, source, partition, first, last, how)
        select $1, $2, $3, $4::bigint + 1, position, $6 from moved`,
      values: [consumer, source, partition, from, to, how],
    });
    if (rowCount !== 1)
      throw new PositionMoved(`${consumer}: ${source}/${partition} is no longer at ${from}`);
    await prune(client, [consumer]);
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
    const blocked = await deadLetters.blockedStreams(client, consumer, source);
    if (blocked.size === 0) return events;
    const waiting = events.filter(({ subject }) => blocked.has(subject));
    await deadLetters.park(client, consumer, waiting.map(blockedEvent));
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
      await deadLetters.park(client, consumer, [...parked.values()].flat());
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
          await advance(client, { partition, ...move });
          const rest = await withoutBlocked(client, events);
          if (rest.length > 0) await work(client, rest);
        });
      const topic = topicOf(source);
      try {
        await withSpan('consumption', batchSpan(topic, topic, events, consumer), () => transact(handle));
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

export type ReplayRequest = Readonly<{ stream: string; by: string | undefined }>;

/**
 * Applies the open dead letters of a stream in order, up to the next one that fails, which stays open with its new reason.
 * When none is left, the stream continues by itself. Reads the events from their feed.
 * @throws an outage of the feed or the database; what was applied before stays applied
 */
export const postgresReplay =
  (pool: Pool, { consumer, source, handle, pull }: PostgresSinkOptions & Readonly<{ pull: Pull }>) =>
  async ({ stream, by }: ReplayRequest): Promise<void> => {
    const ref = { consumer, source, stream };

    const eventAt = async (partition: number, position: number): Promise<EventEnvelope> => {
      const { events } = await pull({ partition, after: position - 1, limit: 1 });
      const [event] = events;
      if (event?.feedposition !== position)
        throw new Error(`The feed ${source}/${partition} has no position ${position}.`);
      return event;
    };

    /** Under the lock of the checkpoints, so that no delivery parks another event meanwhile. */
    const applyBatch = (events: readonly EventEnvelope[]): Promise<'all' | 'failed' | 'changed'> =>
      inTransaction(pool, async (client) => {
        await client.query(
          'select from consumer_position where consumer = $1 and source = $2 order by partition for update',
          [consumer, source],
        );
        const open = await deadLetters.openOf(client, ref, REPLAY_BATCH);
        const unchanged =
          open.length === events.length &&
          open.every(({ position }, index) => position === events[index]?.feedposition);
        if (!unchanged) return 'changed';
        const positions: number[] = [];
        let failed: ParkedEvent | undefined;
        for (const event of events) {
          const result = await attempt(client, () => handle(client, [event]), isPermanent);
          if (result) failed = poisonedEvent(event, result.failure);
          if (failed) break;
          positions.push(event.feedposition);
        }
        await deadLetters.resolve(client, ref, { positions, state: 'replayed', by });
        if (failed) await deadLetters.markPoison(client, ref, failed);
        return failed ? 'failed' : 'all';
      });

    for (;;) {
      const open = await deadLetters.openOf(pool, ref, REPLAY_BATCH);
      const events = await Promise.all(open.map((one) => eventAt(one.partition, one.position)));
      const outcome = await applyBatch(events);
      if (outcome === 'failed' || (outcome === 'all' && events.length === 0)) return;
    }
  };
