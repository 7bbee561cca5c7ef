import type { EventEnvelope } from '@bankside/contracts';
import type { Pool } from 'pg';
import { deadLetters } from './dead-letters';
import type { Pull } from './feed-page';
import { attempt, isPermanent, poisonedEvent, type ParkedEvent, type PostgresSinkOptions } from './parking';
import { inTransaction } from './transaction';

/** Dead letters that one transaction of a replay applies. */
const REPLAY_BATCH = 100;

type ReplayRequest = Readonly<{ stream: string; by: string | undefined }>;

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
