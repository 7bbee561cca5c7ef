import { inTransaction } from '@bankside/feed';
import type { Pool, PoolClient } from 'pg';
import type { ParkedEvent } from '../fold';
import { loadDocuments, saveDocuments, tableOf, type Row } from './postgres-documents';
import { listIndex, postgresList } from './postgres-list';
import {
  versionName,
  type ProjectionVersion,
  type CheckpointMove,
  type CommitOutcome,
  type ProjectionStore,
} from './store';
import type { Queryable } from './queryable';

/** Documents that a scan holds in memory. */
const SCANNED_DOCUMENTS = 1_000;

class Abandoned extends Error {
  constructor(readonly outcome: CommitOutcome) {
    super('another writer was faster');
  }
}
const abandon = (found: Partial<CommitOutcome>): never => {
  throw new Abandoned({ done: false, stored: false, lost: [], moved: [], ...found });
};

const MOVE = `
  with move as (
    select * from unnest($2::text[], $3::bigint[], $4::bigint[]) as move(feed_partition, "from", "to")
  ), begun as (
    insert into projection_checkpoint (version, feed_partition, position, moved_at)
    select $1, feed_partition, "to", now() from move where "from" = 0
    on conflict do nothing returning feed_partition
  ), moved as (
    update projection_checkpoint as row set position = move."to", moved_at = now()
    from move where row.version = $1 and row.feed_partition = move.feed_partition and row.position = move."from" and move."from" > 0
    returning row.feed_partition
  )
  select feed_partition as "feedPartition" from begun union all select feed_partition from moved`;

/** @returns the places that another writer has moved */
const advance = async (
  client: PoolClient,
  version: ProjectionVersion,
  moves: readonly CheckpointMove[],
): Promise<readonly string[]> => {
  if (moves.length === 0) return [];
  const { rows } = await client.query<Readonly<{ feedPartition: string }>>(MOVE, [
    versionName(version),
    moves.map(({ feedPartition }) => feedPartition),
    moves.map(({ from }) => from),
    moves.map(({ to }) => to),
  ]);
  const done = new Set(rows.map(({ feedPartition }) => feedPartition));
  return moves.map(({ feedPartition }) => feedPartition).filter((feedPartition) => !done.has(feedPartition));
};

type KeepIn = (
  database: Queryable,
  version: ProjectionVersion,
  letters: readonly ParkedEvent[],
) => Promise<void>;

export const getStatement = (version: ProjectionVersion): string =>
  `select document from ${tableOf(version)} where key = $1`;

/** Views in PostgreSQL: letters, documents and positions of a change in one transaction. */
export const postgresStore = (pool: Pool, parkEvents: KeepIn): ProjectionStore => ({
  install: async (version) => {
    await pool.query(`create table if not exists ${tableOf(version)} (
      key text collate "C" primary key, rev int not null, document jsonb not null, applied jsonb not null, blocked jsonb not null
    ) with (fillfactor = 80)`);
    for (const list of version.projection.lists ?? []) await pool.query(listIndex(version, list));
  },
  drop: async (version) => {
    await pool.query(`drop table if exists ${tableOf(version)}`);
    await pool.query('delete from projection_checkpoint where version = $1', [versionName(version)]);
  },
  checkpoints: async (version) => {
    const { rows } = await pool.query<Readonly<{ feedPartition: string; position: string; moved_at: Date }>>(
      'select feed_partition as "feedPartition", position, moved_at from projection_checkpoint where version = $1',
      [versionName(version)],
    );
    return new Map(
      rows.map(({ feedPartition, position, moved_at: at }) => [
        feedPartition,
        { position: Number(position), movedAt: at.toISOString() },
      ]),
    );
  },
  load: (version, keys) => loadDocuments(pool, version, keys),
  commit: (version, { changed, moves, parked: letters }) =>
    inTransaction(pool, async (client): Promise<CommitOutcome> => {
      // A crash of the server may lose the last transactions as a whole: they come again from the feeds.
      await client.query('set local synchronous_commit to off');
      const moved = await advance(client, version, moves);
      if (moved.length > 0) abandon({ moved });
      const lost = await saveDocuments(client, version, changed);
      if (lost.length > 0) abandon({ lost });
      if (letters.length > 0) await parkEvents(client, version, letters);
      return { done: true, stored: true, lost, moved };
    }).catch((error: unknown) => {
      if (error instanceof Abandoned) return error.outcome;
      throw error;
    }),
  get: async (version, key) => {
    const { rows } = await pool.query<Readonly<{ document: object }>>(getStatement(version), [key]);
    return rows[0]?.document;
  },
  list: (version, request) => postgresList(pool, version, request),
  scan: async function* (version) {
    for (let after = ''; ;) {
      const { rows } = await pool.query<Row>(
        `select key, rev, document, applied, blocked from ${tableOf(version)} where key > $1 order by key limit $2`,
        [after, SCANNED_DOCUMENTS],
      );
      yield* rows;
      if (rows.length < SCANNED_DOCUMENTS) return;
      after = rows.at(-1)!.key;
    }
  },
});
