import { inTransaction, parkEvents } from '@bankside/feed';
import type { Pool, PoolClient } from 'pg';
import type { CheckpointMove, FeedPartition } from '../checkpoints';
import { versionName, type ProjectionVersion } from '../projection';
import { loadDocuments, saveDocuments, type Row } from './postgres-documents';
import { postgresList } from './postgres-list';
import { createListIndex, createTable, tableOf } from './postgres-schema';
import type { CommitOutcome, ProjectionStore } from './store';

/** Documents per page of a scan. */
const SCAN_PAGE_DOCUMENTS = 1_000;

/** Rolls the transaction back. */
class Abandoned extends Error {
  constructor(readonly outcome: CommitOutcome) {
    super('another writer was faster');
  }
}
const abandon = (conflicts: Partial<CommitOutcome>): never => {
  throw new Abandoned({ done: false, stored: false, lost: [], moved: [], ...conflicts });
};

const MOVE = `
  with move as (
    select * from unnest($2::text[], $3::bigint[], $4::bigint[]) as move(feed_partition, "from", "to")
  ), inserted as (
    insert into projection_checkpoint (version, feed_partition, position, moved_at)
    select $1, feed_partition, "to", now() from move where "from" = 0
    on conflict do nothing returning feed_partition
  ), moved as (
    update projection_checkpoint as row set position = move."to", moved_at = now()
    from move where row.version = $1 and row.feed_partition = move.feed_partition and row.position = move."from" and move."from" > 0
    returning row.feed_partition
  )
  select feed_partition as "feedPartition" from inserted union all select feed_partition from moved`;

/** @returns the feed partitions whose checkpoint another writer has moved */
const advance = async (
  client: PoolClient,
  version: ProjectionVersion,
  moves: readonly CheckpointMove[],
): Promise<readonly FeedPartition[]> => {
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

export const getStatement = (version: ProjectionVersion): string =>
  `select document from ${tableOf(version)} where key = $1`;

/** Projections in PostgreSQL: dead letters, documents and checkpoints of a change in one transaction. */
export const postgresStore = (pool: Pool): ProjectionStore => ({
  install: async (version) => {
    await pool.query(createTable(version));
    for (const list of version.projection.lists ?? []) await pool.query(createListIndex(version, list));
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
  commit: (version, { changed, moves, parked }) =>
    inTransaction(pool, async (client): Promise<CommitOutcome> => {
      // A crash of the server may lose whole transactions; the writer reads their events from the feeds again.
      await client.query('set local synchronous_commit to off');
      const moved = await advance(client, version, moves);
      if (moved.length > 0) abandon({ moved });
      const lost = await saveDocuments(client, version, changed);
      if (lost.length > 0) abandon({ lost });
      await parkEvents(client, versionName(version), parked);
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
        [after, SCAN_PAGE_DOCUMENTS],
      );
      yield* rows;
      if (rows.length < SCAN_PAGE_DOCUMENTS) return;
      after = rows.at(-1)!.key;
    }
  },
});
