import { DELIVERIES_KEPT_DAYS } from '@bankside/contracts/http/stories';
import type { Pool } from 'pg';
import type { EventEnvelope } from '@bankside/contracts';
import type { FeedEntry } from './outbox-reader';
import { backoff, throttle } from '@bankside/std';
import { publishTraced, type Publish } from './batch-spans';
import { signal } from './signal';

/** Events in one publication. */
const PUBLISH_BATCH = 500;
/** Bytes in one publication, unless a single event is larger: brokers of Kafka take 1 MB by default, quotes are escaped twice. */
const PUBLISH_BYTES = 400 * 1024;
/** Entries that wait in memory for publication. Further ones are read from the feed again. */
const BUFFERED_EVENTS = 5_000;
/** Pauses after a failed publication. */
const RETRY_FIRST_MS = 100;
const RETRY_LONGEST_MS = 5_000;
/**
 * Pauses after which the last event is published again while no other follows: a consumer whose delivery was lost learns of it
 * from the repetition, and for the others it is a duplicate.
 */
const REPEAT_AFTER_MS = [1_000, 4_000, 16_000];
/** Fallback poll, in case a notification is lost. */
const IDLE_MS = 30_000;

type PublishLoopOptions = Readonly<{
  pool: Pool;
  source: string;
  partition: number;
  publish: Publish;
  isLeader: () => boolean;
  onError: (error: unknown) => void;
  repeatAfterMs?: readonly number[] | undefined;
}>;

/** The first entries, as many as fit in one publication. */
export const firstPublication = <T extends Pick<FeedEntry, 'json'>>(entries: readonly T[]): readonly T[] => {
  let bytes = 0;
  const end = entries.findIndex(({ json }, index) => {
    bytes += Buffer.byteLength(json);
    return index === PUBLISH_BATCH || (index > 0 && bytes > PUBLISH_BYTES);
  });
  return end === -1 ? entries : entries.slice(0, end);
};

/** How often records of publications that are older than thirty days are deleted. */
const PRUNE_EVERY_MS = 3_600_000;

/** Stores the position up to which a partition is published, and when. Writes run one after another; only the newest one waits. */
const watermark = (pool: Pool, partition: number) => {
  let wanted = 0;
  let written = 0;
  const isPruneDue = throttle(PRUNE_EVERY_MS, () => performance.now());
  let writing: Promise<void> | undefined;

  const prune = async (): Promise<void> => {
    if (!isPruneDue('feed_publication')) return;
    await pool.query(
      `delete from feed_publication where partition = $1 and at < now() - interval '${DELIVERIES_KEPT_DAYS} days'`,
      [partition],
    );
  };

  const write = async (): Promise<void> => {
    try {
      while (written < wanted) {
        const position = wanted;
        // If a crash of the database loses it, some events are published again: its commit need not wait for the disk.
        await pool.query({
          name: 'feed-published',
          text: `with fast as materialized (select set_config('synchronous_commit', 'off', true)), moved as (
             update feed_published set position = $2 from fast where partition = $1 and position < $2 returning 1
           )
           insert into feed_publication (partition, first, last) select $1, $3, $2 from moved on conflict do nothing`,
          values: [partition, position, written + 1],
        });
        written = position;
        await prune();
      }
    } finally {
      writing = undefined;
    }
  };

  return {
    read: async (): Promise<number> => {
      const { rows } = await pool.query<{ position: string }>(
        'select position from feed_published where partition = $1',
        [partition],
      );
      written = Number(rows[0]?.position);
      return written;
    },
    move: (position: number, onError: (error: unknown) => void): void => {
      wanted = position;
      writing ??= write().catch(onError);
    },
    written: async (): Promise<void> => writing,
  };
};

const readFeed = async (
  { pool, source, partition }: Pick<PublishLoopOptions, 'pool' | 'source' | 'partition'>,
  after: number,
): Promise<readonly FeedEntry[]> => {
  const { rows } = await pool.query<{ json: string }>({
    name: 'feed-unpublished',
    text: `select feed_event(f, $4) as json from feed f
      where partition = $1 and position > $2 order by position limit $3`,
    values: [partition, after, PUBLISH_BATCH, source],
  });
  return rows.map(({ json }) => ({ json, event: JSON.parse(json) as EventEnvelope }));
};

/**
 * Publishes the feed of one partition from the watermark on, in order, at least once. An outage of the broker stops the
 * publication only: the feed keeps growing.
 */
export const publishLoop = (options: PublishLoopOptions) => {
  const { pool, partition, publish, isLeader, onError, repeatAfterMs = REPEAT_AFTER_MS } = options;
  const mark = watermark(pool, partition);
  const wake = signal();
  let buffer: readonly FeedEntry[] = [];
  let failing = false;

  const next = async (after: number): Promise<readonly FeedEntry[]> => {
    buffer = buffer.filter(({ event }) => event.feedposition > after);
    const buffered = buffer[0]?.event.feedposition === after + 1;
    return firstPublication(buffered ? buffer : await readFeed(options, after));
  };

  /** Waits for entries, and publishes the last event again if none come. @returns the number of repetitions so far */
  const idle = async (published: number, repeated: number): Promise<number> => {
    if (await wake.wait(repeatAfterMs[repeated] ?? IDLE_MS)) return 0;
    if (repeated === repeatAfterMs.length || published === 0 || !isLeader()) return repeated;
    const [last] = await readFeed(options, published - 1);
    if (last) await publish([last.event], [last.json]);
    return repeated + 1;
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    let repeated = 0;
    let published: number | undefined;
    while (isLeader()) {
      try {
        published ??= await mark.read();
        const batch = await next(published);
        if (batch.length === 0) repeated = await idle(published, repeated);
        else {
          await publishTraced(batch, publish);
          published = batch.at(-1)?.event.feedposition ?? published;
          mark.move(published, onError);
        }
        failures = 0;
        failing = false;
      } catch (error) {
        onError(error);
        failing = true;
        await wake.sleep(backoff(failures, { firstMs: RETRY_FIRST_MS, longestMs: RETRY_LONGEST_MS }));
        failures += 1;
      }
    }
    await mark.written();
  };

  return {
    run,
    failing: (): boolean => failing,
    /** Buffers new entries, so that they need not be read again. Ignores them if they would leave a gap in the buffer. */
    offer: (entries: readonly FeedEntry[]): void => {
      const last = buffer.at(-1)?.event.feedposition;
      const follows = last === undefined || last + 1 === entries[0]?.event.feedposition;
      if (follows && buffer.length + entries.length <= BUFFERED_EVENTS) buffer = [...buffer, ...entries];
      wake.notify();
    },
    stop: wake.stop,
  };
};
