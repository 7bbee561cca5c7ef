import { inTransaction } from '@bankside/feed';
import type { Pool, PoolClient } from 'pg';
import type { Letter } from '../runner/document';
import { loadDocuments, saveDocuments, tableOf, type Row } from './postgres-documents';
import { listIndex, postgresList } from './postgres-list';
import { nameOf, type Generation, type Move, type Outcome, type ViewStore } from './port';
import type { Queryable } from './queryable';

/** Documents that a scan holds in memory. */
const SCANNED_DOCUMENTS = 1_000;

class Abandoned extends Error {
  constructor(readonly outcome: Outcome) {
    super('another writer was faster');
  }
}
const abandon = (found: Partial<Outcome>): never => {
  throw new Abandoned({ done: false, stored: false, lost: [], moved: [], ...found });
};

const MOVE = `
  with move as (
    select * from unnest($2::text[], $3::bigint[], $4::bigint[]) as move(place, "from", "to")
  ), begun as (
    insert into view_position (generation, place, position, moved_at)
    select $1, place, "to", now() from move where "from" = 0
    on conflict do nothing returning place
  ), moved as (
    update view_position as row set position = move."to", moved_at = now()
    from move where row.generation = $1 and row.place = move.place and row.position = move."from" and move."from" > 0
    returning row.place
  )
  select place from begun union all select place from moved`;

/** @returns the places that another writer has moved */
const advance = async (
  client: PoolClient,
  generation: Generation,
  moves: readonly Move[],
): Promise<readonly string[]> => {
  if (moves.length === 0) return [];
  const { rows } = await client.query<Readonly<{ place: string }>>(MOVE, [
    nameOf(generation),
    moves.map(({ place }) => place),
    moves.map(({ from }) => from),
    moves.map(({ to }) => to),
  ]);
  const done = new Set(rows.map(({ place }) => place));
  return moves.map(({ place }) => place).filter((place) => !done.has(place));
};

type KeepIn = (database: Queryable, generation: Generation, letters: readonly Letter[]) => Promise<void>;

export const getStatement = (generation: Generation): string =>
  `select document from ${tableOf(generation)} where key = $1`;

/** Views in PostgreSQL: letters, documents and positions of a change in one transaction. */
export const postgresStore = (pool: Pool, keepLetters: KeepIn): ViewStore => ({
  install: async (generation) => {
    await pool.query(`create table if not exists ${tableOf(generation)} (
      key text collate "C" primary key, rev int not null, document jsonb not null, applied jsonb not null, held jsonb not null
    ) with (fillfactor = 80)`);
    for (const list of generation.view.lists ?? []) await pool.query(listIndex(generation, list));
  },
  drop: async (generation) => {
    await pool.query(`drop table if exists ${tableOf(generation)}`);
    await pool.query('delete from view_position where generation = $1', [nameOf(generation)]);
  },
  positions: async (generation) => {
    const { rows } = await pool.query<Readonly<{ place: string; position: string; moved_at: Date }>>(
      'select place, position, moved_at from view_position where generation = $1',
      [nameOf(generation)],
    );
    return new Map(
      rows.map(({ place, position, moved_at: at }) => [
        place,
        { position: Number(position), movedAt: at.toISOString() },
      ]),
    );
  },
  load: (generation, keys) => loadDocuments(pool, generation, keys),
  commit: (generation, { changed, moves, letters }) =>
    inTransaction(pool, async (client): Promise<Outcome> => {
      // A crash of the server may lose the last transactions as a whole: they come again from the feeds.
      await client.query('set local synchronous_commit to off');
      const moved = await advance(client, generation, moves);
      if (moved.length > 0) abandon({ moved });
      const lost = await saveDocuments(client, generation, changed);
      if (lost.length > 0) abandon({ lost });
      if (letters.length > 0) await keepLetters(client, generation, letters);
      return { done: true, stored: true, lost, moved };
    }).catch((error: unknown) => {
      if (error instanceof Abandoned) return error.outcome;
      throw error;
    }),
  get: async (generation, key) => {
    const { rows } = await pool.query<Readonly<{ document: object }>>(getStatement(generation), [key]);
    return rows[0]?.document;
  },
  list: (generation, request) => postgresList(pool, generation, request),
  scan: async function* (generation) {
    for (let after = ''; ;) {
      const { rows } = await pool.query<Row>(
        `select key, rev, document, applied, held from ${tableOf(generation)} where key > $1 order by key limit $2`,
        [after, SCANNED_DOCUMENTS],
      );
      yield* rows;
      if (rows.length < SCANNED_DOCUMENTS) return;
      after = rows.at(-1)!.key;
    }
  },
});
