import type { Pool } from 'pg';
import type { Queryable } from './stores/queryable';
import type { ParkedEvent } from './checkpoints';
import { versionName, type ProjectionVersion } from './projection';

/** `poison` could not be applied, `held` waits behind one of its stream; the others are traces of what became of them. */
export type DeadLetterState = 'poison' | 'blocked' | 'replayed' | 'discarded' | 'rebuilt';

/** Which event is missing where, and why. What it says is not kept here, where nobody could forget it: its feed has it. */
export type DeadLetterRecord = Readonly<{
  version: string;
  source: string;
  partition: number;
  position: number;
  stream: string;
  /** The document that lacks the event. */
  key: string | null;
  type: string;
  state: DeadLetterState;
  reason: string;
  stack: string | null;
  /** Why it was given up, by whom and when. */
  trace: string | null;
  discardedBy: string | null;
  discardedAt: string | null;
  at: string;
}>;

type Row = Omit<DeadLetterRecord, 'position' | 'at' | 'discardedAt'> &
  Readonly<{ position: string; at: Date; discardedAt: Date | null }>;
const recordFrom = (row: Row): DeadLetterRecord => ({
  ...row,
  position: Number(row.position),
  at: row.at.toISOString(),
  discardedAt: row.discardedAt?.toISOString() ?? null,
});

const COLUMNS = `version, source, partition, position, stream, key, type, state, reason, stack, trace,
  discarded_by as "discardedBy", discarded_at as "discardedAt", at`;

/** Keeps letters; one that is there already was written by somebody who crashed right after. */
export const parkEvents = async (
  database: Queryable,
  version: ProjectionVersion,
  letters: readonly ParkedEvent[],
): Promise<void> => {
  for (const { key, event, state, reason, stack } of letters)
    await database.query(
      `insert into dead_letter (version, source, partition, position, stream, key, type, state, reason, stack)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
      [
        versionName(version),
        event.source,
        event.feedpartition,
        event.feedposition,
        event.subject,
        key,
        event.type,
        state,
        reason,
        stack,
      ],
    );
};

/** Why an event is given up, and by whom, if that is known. */
export type Discard = Readonly<{ reason: string; by: string | undefined }>;

export type StreamOf = Readonly<{ version: string; source: string; stream: string }>;

export const deadLetterStore = (pool: Pool) => {
  const select = async (where: string, values: readonly unknown[]): Promise<readonly DeadLetterRecord[]> => {
    const { rows } = await pool.query<Row>(`select ${COLUMNS} from dead_letter where ${where}`, [...values]);
    return rows.map(recordFrom);
  };
  const ofStream = ({ version, source, stream }: StreamOf): unknown[] => [version, source, stream];

  return {
    /** What waits for a person, oldest first. */
    open: (version: string, limit: number) =>
      select(
        `version = $1 and state in ('poison', 'blocked') order by at, source, partition, position limit $2`,
        [version, limit],
      ),
    /** What was given up of a view, newest first: of versions that are gone, too. */
    givenUp: (projection: string, limit: number) =>
      select(`split_part(version, '.', 1) = $1 and state = 'discarded' order by discarded_at desc limit $2`, [
        projection,
        limit,
      ]),
    /** Everything that was ever put aside of a stream, in order. */
    allOf: (stream: StreamOf) =>
      select('version = $1 and source = $2 and stream = $3 order by position', ofStream(stream)),
    count: async (version: string): Promise<number> => {
      const { rows } = await pool.query<Readonly<{ count: number }>>(
        `select count(*)::int as count from dead_letter where version = $1 and state in ('poison', 'blocked')`,
        [version],
      );
      return rows[0]?.count ?? 0;
    },
    /** What became of the letters at these positions of a stream. */
    close: async (stream: StreamOf, positions: readonly number[], state: DeadLetterState): Promise<void> => {
      await pool.query(
        `update dead_letter set state = $5
         where version = $1 and source = $2 and stream = $3 and position = any($4)`,
        [...ofStream(stream), positions, state],
      );
    },
    /** The one that blocks a stream now, and why. */
    markPoison: async (stream: StreamOf, { event, reason, stack }: ParkedEvent): Promise<void> => {
      await pool.query(
        `update dead_letter set state = 'poison', reason = $5, stack = $6
         where version = $1 and source = $2 and stream = $3 and position = $4`,
        [...ofStream(stream), event.feedposition, reason, stack],
      );
    },
    /** Gives up the event that blocks a stream, for a reason that is kept. @returns false when nothing is blocked */
    discard: async (database: Queryable, stream: StreamOf, { reason, by }: Discard): Promise<boolean> => {
      const { rowCount } = await database.query(
        `update dead_letter set state = 'discarded', trace = $4, discarded_by = $5, discarded_at = now()
         where (version, source, partition, position) = (
           select version, source, partition, position from dead_letter
           where version = $1 and source = $2 and stream = $3 and state = 'poison' order by position limit 1)`,
        [...ofStream(stream), reason, by],
      );
      return rowCount === 1;
    },
  };
};

export type DeadLetterStore = ReturnType<typeof deadLetterStore>;
