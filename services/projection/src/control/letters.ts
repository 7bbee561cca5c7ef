import type { Pool } from 'pg';
import type { Letter } from '../runner/document';
import { nameOf, type Generation } from '../store/port';
import type { Queryable } from '../store/queryable';

/** `poison` could not be applied, `held` waits behind one of its stream; the others are traces of what became of them. */
export type LetterState = 'poison' | 'held' | 'replayed' | 'discarded' | 'rebuilt';

/** Which event is missing where, and why. What it says is not kept here, where nobody could forget it: its feed has it. */
export type StoredLetter = Readonly<{
  generation: string;
  source: string;
  partition: number;
  position: number;
  stream: string;
  /** The document that lacks the event. */
  key: string | null;
  type: string;
  state: LetterState;
  reason: string;
  stack: string | null;
  /** Why it was given up, by whom and when. */
  trace: string | null;
  givenUpBy: string | null;
  givenUpAt: string | null;
  at: string;
}>;

type Row = Omit<StoredLetter, 'position' | 'at' | 'givenUpAt'> &
  Readonly<{ position: string; at: Date; givenUpAt: Date | null }>;
const letterFrom = (row: Row): StoredLetter => ({
  ...row,
  position: Number(row.position),
  at: row.at.toISOString(),
  givenUpAt: row.givenUpAt?.toISOString() ?? null,
});

const COLUMNS = `generation, source, partition, position, stream, key, type, state, reason, stack, trace,
  given_up_by as "givenUpBy", given_up_at as "givenUpAt", at`;

/** Keeps letters; one that is there already was written by somebody who crashed right after. */
export const keepLetters = async (
  database: Queryable,
  generation: Generation,
  letters: readonly Letter[],
): Promise<void> => {
  for (const { key, event, state, reason, stack } of letters)
    await database.query(
      `insert into dead_letter (generation, source, partition, position, stream, key, type, state, reason, stack)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
      [
        nameOf(generation),
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
export type GivenUp = Readonly<{ reason: string; by: string | undefined }>;

export type StreamOf = Readonly<{ generation: string; source: string; stream: string }>;

export const letterBox = (pool: Pool) => {
  const select = async (where: string, values: readonly unknown[]): Promise<readonly StoredLetter[]> => {
    const { rows } = await pool.query<Row>(`select ${COLUMNS} from dead_letter where ${where}`, [...values]);
    return rows.map(letterFrom);
  };
  const ofStream = ({ generation, source, stream }: StreamOf): unknown[] => [generation, source, stream];

  return {
    /** What waits for a person, oldest first. */
    open: (generation: string, limit: number) =>
      select(
        `generation = $1 and state in ('poison', 'held') order by at, source, partition, position limit $2`,
        [generation, limit],
      ),
    /** What was given up of a view, newest first: of generations that are gone, too. */
    givenUp: (view: string, limit: number) =>
      select(
        `split_part(generation, '.', 1) = $1 and state = 'discarded' order by given_up_at desc limit $2`,
        [view, limit],
      ),
    /** Everything that was ever put aside of a stream, in order. */
    allOf: (stream: StreamOf) =>
      select('generation = $1 and source = $2 and stream = $3 order by position', ofStream(stream)),
    count: async (generation: string): Promise<number> => {
      const { rows } = await pool.query<Readonly<{ count: number }>>(
        `select count(*)::int as count from dead_letter where generation = $1 and state in ('poison', 'held')`,
        [generation],
      );
      return rows[0]?.count ?? 0;
    },
    /** What became of the letters at these positions of a stream. */
    close: async (stream: StreamOf, positions: readonly number[], state: LetterState): Promise<void> => {
      await pool.query(
        `update dead_letter set state = $5
         where generation = $1 and source = $2 and stream = $3 and position = any($4)`,
        [...ofStream(stream), positions, state],
      );
    },
    /** The one that blocks a stream now, and why. */
    blame: async (stream: StreamOf, { event, reason, stack }: Letter): Promise<void> => {
      await pool.query(
        `update dead_letter set state = 'poison', reason = $5, stack = $6
         where generation = $1 and source = $2 and stream = $3 and position = $4`,
        [...ofStream(stream), event.feedposition, reason, stack],
      );
    },
    /** Gives up the event that blocks a stream, for a reason that is kept. @returns false when nothing is blocked */
    discard: async (database: Queryable, stream: StreamOf, { reason, by }: GivenUp): Promise<boolean> => {
      const { rowCount } = await database.query(
        `update dead_letter set state = 'discarded', trace = $4, given_up_by = $5, given_up_at = now()
         where (generation, source, partition, position) = (
           select generation, source, partition, position from dead_letter
           where generation = $1 and source = $2 and stream = $3 and state = 'poison' order by position limit 1)`,
        [...ofStream(stream), reason, by],
      );
      return rowCount === 1;
    },
  };
};

export type LetterBox = ReturnType<typeof letterBox>;
