import { OPEN, type ParkedEvent } from './parking';
import type { Queryable } from './transaction';

/** Where an event is in the feed of its owner. */
export type EventRef = Readonly<{ source: string; partition: number; position: number }>;

/** The parameters of `unnest($1::text[], $2::int[], $3::bigint[])`. */
export const columnsOf = (events: readonly EventRef[]): unknown[] => [
  events.map(({ source }) => source),
  events.map(({ partition }) => partition),
  events.map(({ position }) => position),
];

/**
 * `poison` could not be applied and `blocked` waits behind an earlier event of its stream: both are open. The others are
 * resolved: applied later, given up, or superseded by a rebuild of the projection.
 */
export type DeadLetterState = 'poison' | 'blocked' | 'replayed' | 'discarded' | 'rebuilt';

/** An event that a consumer could not apply. Its content is in its feed only, so forgetting a person leaves no copy here. */
export type DeadLetter = Readonly<{
  consumer: string;
  source: string;
  partition: number;
  position: number;
  stream: string;
  type: string;
  /** The document of a projection that lacks the event. */
  key: string | null;
  /** Of the request that the event follows from. */
  correlationId: string | null;
  state: DeadLetterState;
  reason: string;
  stack: string | null;
  at: string;
  /** Why it was discarded. */
  resolution: string | null;
  resolvedBy: string | null;
  resolvedAt: string | null;
}>;

/** A stream of a source, as one consumer reads it. */
export type StreamRef = Readonly<{ consumer: string; source: string; stream: string }>;

export type DeadLetterQuery = Readonly<{
  consumers: readonly string[];
  source?: string | undefined;
  /** Open ones are listed oldest first, resolved ones newest first. */
  state: 'open' | 'resolved';
  /** `next` of the previous page. */
  cursor?: string | undefined;
  limit: number;
}>;

export type DeadLetterPage = Readonly<{ deadLetters: readonly DeadLetter[]; next?: string }>;

const COLUMNS = `consumer, source, partition, position, stream, type, key, correlation_id as "correlationId", state, reason, stack, at, resolution,
  resolved_by as "resolvedBy", resolved_at as "resolvedAt"`;
const OF_STREAM = 'consumer = $1 and source = $2 and stream = $3';

type Row = Omit<DeadLetter, 'position' | 'at' | 'resolvedAt'> &
  Readonly<{ position: string; at: Date; resolvedAt: Date | null }>;

const fromRow = (row: Row): DeadLetter => ({
  consumer: row.consumer,
  source: row.source,
  partition: row.partition,
  position: Number(row.position),
  stream: row.stream,
  type: row.type,
  key: row.key,
  correlationId: row.correlationId,
  state: row.state,
  reason: row.reason,
  stack: row.stack,
  at: row.at.toISOString(),
  resolution: row.resolution,
  resolvedBy: row.resolvedBy,
  resolvedAt: row.resolvedAt?.toISOString() ?? null,
});

const valuesOf = ({ consumer, source, stream }: StreamRef): unknown[] => [consumer, source, stream];

/** A cursor is the sort key of the last row of a page. */
type Cursor = readonly [time: string, consumer: string, source: string, partition: number, position: string];

const toCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** Of a cursor whose form the route has checked. */
const fromCursor = (text: string): Cursor => JSON.parse(Buffer.from(text, 'base64url').toString()) as Cursor;

/**
 * The dead letters of every consumer of a database. Functions that write take the transaction in which the rest of the
 * change happens.
 */
export const deadLetters = {
  list: async (
    database: Queryable,
    { consumers, source, state, cursor, limit }: DeadLetterQuery,
  ): Promise<DeadLetterPage> => {
    const [time, order, than] = state === 'open' ? ['at', 'asc', '>'] : ['resolved_at', 'desc', '<'];
    const sortKey = `${time}, consumer, source, partition, position`;
    const start = cursor === undefined ? undefined : fromCursor(cursor);
    const { rows } = await database.query<Row & Readonly<{ time: string }>>(
      `select ${COLUMNS}, ${time}::text as time from dead_letter
       where consumer = any($1) and ($2::text is null or source = $2)
         and ${state === 'open' ? OPEN : `not ${OPEN}`} and ${time} is not null
         and ($3::timestamptz is null or (${sortKey}) ${than} ($3, $4, $5, $6::int, $7::bigint))
       order by ${sortKey.replaceAll(',', ` ${order},`)} ${order} limit $8`,
      [consumers, source, ...(start ?? Array.from({ length: 5 }, () => undefined)), limit],
    );
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      deadLetters: rows.map(fromRow),
      ...(last && {
        next: toCursor([last.time, last.consumer, last.source, last.partition, last.position]),
      }),
    };
  },

  /** The open dead letters of a stream, in the order of its events. */
  openOf: async (database: Queryable, stream: StreamRef, limit = 1_000): Promise<readonly DeadLetter[]> => {
    const { rows } = await database.query<Row>(
      `select ${COLUMNS} from dead_letter where ${OF_STREAM} and ${OPEN} order by position limit $4`,
      [...valuesOf(stream), limit],
    );
    return rows.map(fromRow);
  },

  /** The dead letters of events, of any state. */
  ofEvents: async (
    database: Queryable,
    events: readonly EventRef[],
    consumers: readonly string[],
  ): Promise<readonly DeadLetter[]> => {
    const { rows } = await database.query<Row>(
      `select ${COLUMNS} from dead_letter
         join unnest($1::text[], $2::int[], $3::bigint[]) as event(source, partition, position)
           using (source, partition, position)
       where consumer = any($4)`,
      [...columnsOf(events), consumers],
    );
    return rows.map(fromRow);
  },

  /** Every dead letter of a stream, in the order of its events. */
  allOf: async (database: Queryable, stream: StreamRef): Promise<readonly DeadLetter[]> => {
    const { rows } = await database.query<Row>(
      `select ${COLUMNS} from dead_letter where ${OF_STREAM} order by position`,
      valuesOf(stream),
    );
    return rows.map(fromRow);
  },

  /** Resolves the dead letters of a stream at these positions. */
  resolve: async (
    database: Queryable,
    stream: StreamRef,
    {
      positions,
      state,
      by,
    }: Readonly<{ positions: readonly number[]; state: 'replayed' | 'rebuilt'; by?: string | undefined }>,
  ): Promise<void> => {
    if (positions.length === 0) return;
    await database.query(
      `update dead_letter set state = $4, resolved_by = $5, resolved_at = now()
       where ${OF_STREAM} and position = any($6) and ${OPEN}`,
      [...valuesOf(stream), state, by, positions],
    );
  },

  /** Marks the dead letter that blocks a stream now, after a replay has failed on it. */
  markPoison: async (
    database: Queryable,
    stream: StreamRef,
    { event, reason, stack }: ParkedEvent,
  ): Promise<void> => {
    await database.query(
      `update dead_letter set state = 'poison', reason = $4, stack = $5 where ${OF_STREAM} and position = $6`,
      [...valuesOf(stream), reason, stack, event.feedposition],
    );
  },

  /**
   * Gives up the event that blocks a stream. Those behind it wait for a replay.
   * @returns false if no event blocks the stream
   */
  discard: async (
    database: Queryable,
    stream: StreamRef,
    { reason, by }: Readonly<{ reason: string; by: string | undefined }>,
  ): Promise<boolean> => {
    const { rowCount } = await database.query(
      `update dead_letter set state = 'discarded', resolution = $4, resolved_by = $5, resolved_at = now()
       where (consumer, source, partition, position) = (
         select consumer, source, partition, position from dead_letter
         where ${OF_STREAM} and state = 'poison' order by position limit 1)`,
      [...valuesOf(stream), reason, by],
    );
    return rowCount === 1;
  },

  /** How many are open, by `<source>/<partition>`. */
  counts: async (database: Queryable, consumer: string): Promise<ReadonlyMap<string, number>> => {
    const { rows } = await database.query<{ partition: string; count: number }>(
      `select source || '/' || partition as partition, count(*)::int as count from dead_letter
       where consumer = $1 and ${OPEN} group by source, partition`,
      [consumer],
    );
    return new Map(rows.map(({ partition, count }) => [partition, count]));
  },
};
