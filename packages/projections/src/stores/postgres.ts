import { versionName, type ListDefinition, type ProjectionVersion, listDefinition } from '../projection';
import type { PoolClient, Pool } from 'pg';
import { type Queryable, type TimedQuery, inTransaction, parkEvents } from '@bankside/feed';
import type { BlockedStream, FeedPartition, StoredDocument, CheckpointMove } from '../checkpoints';
import {
  newDocument,
  parseCursor,
  serializeCursor,
  type ListPage,
  type ListRequest,
  type CommitOutcome,
  type ProjectionStore,
} from './store';

const tableNameOf = (version: ProjectionVersion): string =>
  versionName(version).replaceAll(/[^a-z0-9]/g, '_');

/** `statement.3` is stored in the table `views.statement_3`. */
export const tableOf = (version: ProjectionVersion): string => `views.${tableNameOf(version)}`;

/** Text compares by bytes, so that pages and cursors agree whatever the locale of the database. */
export const sortedField = (name: string): string => `(document->>'${name}') collate "C"`;

const createTable = (version: ProjectionVersion): string =>
  `create table if not exists ${tableOf(version)} (
    key text collate "C" primary key, rev int not null, document jsonb not null, applied jsonb not null,
    blocked jsonb not null
  ) with (fillfactor = 80)`;

/** PostgreSQL puts an index into the schema of its table. */
const indexNameOf = (version: ProjectionVersion, by: string): string =>
  `${tableNameOf(version)}_by_${by.toLowerCase()}`;

/** The filtered field first, then what the list is sorted by. */
const createListIndex = (
  version: ProjectionVersion,
  { by, sort, descending = false, multiValued = false }: ListDefinition,
): string => {
  const direction = descending ? 'desc' : 'asc';
  const index = `create index if not exists ${indexNameOf(version, by)} on ${tableOf(version)}`;
  return multiValued
    ? `${index} using gin ((document->'${by}'))`
    : `${index} ((document->>'${by}'), (${sortedField(sort)}) ${direction}, key ${direction})`;
};

/** Longer than the indexes of the largest table take. */
const INDEX_TIMEOUT_MS = 3_600_000;

const listsWithoutIndex = async (
  pool: Pool,
  version: ProjectionVersion,
): Promise<readonly ListDefinition[]> => {
  const { lists = [] } = version.projection;
  const { rows } = await pool.query<Readonly<{ exists: boolean }>>(
    `select to_regclass('views.' || name) is not null as exists
     from unnest($1::text[]) with ordinality as index(name, place) order by place`,
    [lists.map(({ by }) => indexNameOf(version, by))],
  );
  return lists.filter((_list, index) => !rows[index]!.exists);
};

/**
 * One transaction, which PostgreSQL completes even if its client is killed. Another writer waits for the lock of its table
 * and then finds the indexes; without it both would build them, and one would fail.
 */
const createListIndexes = async (pool: Pool, version: ProjectionVersion): Promise<void> => {
  const lists = await listsWithoutIndex(pool, version);
  if (lists.length === 0) return; // The lock would have to wait for a vacuum of the table.
  const query: TimedQuery = {
    text: [
      `lock table ${tableOf(version)} in share row exclusive mode`,
      ...lists.map((list) => createListIndex(version, list)),
    ].join(';'),
    query_timeout: INDEX_TIMEOUT_MS,
  };
  await pool.query(query);
};

export type Row = Readonly<{
  key: string;
  rev: number;
  document: object;
  applied: Readonly<Record<FeedPartition, number>>;
  blocked: readonly BlockedStream[];
}>;

const saveStatement = (table: string): string => `
  with change as (
    select * from unnest($1::text[], $2::int[], $3::jsonb[], $4::jsonb[], $5::jsonb[])
      as change(key, rev, document, applied, blocked)
  ), added as (
    insert into ${table} (key, rev, document, applied, blocked)
    select key, 1, document, applied, blocked from change where rev = 0
    on conflict do nothing returning key
  ), replaced as (
    update ${table} as row set rev = change.rev + 1, document = change.document, applied = change.applied, blocked = change.blocked
    from change where row.key = change.key and row.rev = change.rev and change.rev > 0 returning row.key
  )
  select key from added union all select key from replaced`;

/** For `explain` in tests, too. */
export const loadStatement = (version: ProjectionVersion): string =>
  `select key, rev, document, applied, blocked from ${tableOf(version)} where key = any($1)`;

const loadDocuments = async (
  database: Queryable,
  version: ProjectionVersion,
  keys: readonly string[],
): Promise<readonly StoredDocument[]> => {
  const { rows } = await database.query<Row>(loadStatement(version), [keys]);
  const found = new Map(rows.map((row) => [row.key, row]));
  return keys.map((key) => found.get(key) ?? newDocument(version.projection, key));
};

/**
 * Inserts and replaces under the guard of `rev`.
 * @returns the keys that another writer has changed
 */
const saveDocuments = async (
  client: PoolClient,
  version: ProjectionVersion,
  changed: readonly StoredDocument[],
): Promise<readonly string[]> => {
  if (changed.length === 0) return [];
  const { rows } = await client.query<Readonly<{ key: string }>>(saveStatement(tableOf(version)), [
    changed.map(({ key }) => key),
    changed.map(({ rev }) => rev),
    changed.map(({ document }) => JSON.stringify(document)),
    changed.map(({ applied }) => JSON.stringify(applied)),
    changed.map(({ blocked }) => JSON.stringify(blocked)),
  ]);
  const saved = new Set(rows.map(({ key }) => key));
  return changed.map(({ key }) => key).filter((key) => !saved.has(key));
};

export const listStatement = (version: ProjectionVersion, by: string, cursor: boolean): string => {
  const { sort, descending = false, multiValued = false } = listDefinition(version.projection, by);
  const direction = descending ? 'desc' : 'asc';
  const matches = multiValued ? `document->'${by}' ? $1` : `document->>'${by}' = $1`;
  const behind = cursor ? `and (${sortedField(sort)}, key) ${descending ? '<' : '>'} ($3, $4)` : '';
  return `select key, document from ${tableOf(version)} where ${matches} ${behind}
    order by ${sortedField(sort)} ${direction}, key ${direction} limit $2`;
};

/** Documents with a value in one field, sorted by another and then by key. */
const postgresList = async (
  pool: Pool,
  version: ProjectionVersion,
  { by, value, limit, after }: ListRequest,
): Promise<ListPage> => {
  const cursor = after === undefined ? undefined : parseCursor(after);
  const { rows } = await pool.query<Readonly<{ key: string; document: Record<string, unknown> }>>(
    listStatement(version, by, cursor !== undefined),
    [value, limit + 1, ...(cursor ? [cursor.sort, cursor.key] : [])],
  );
  const page = rows.slice(0, limit);
  const end = page.at(-1);
  const more = rows.length > limit && end !== undefined;
  return {
    documents: page.map(({ document }) => document),
    ...(more && {
      next: serializeCursor(end.document[listDefinition(version.projection, by).sort], end.key),
    }),
  };
};

/** Documents per page of a scan. */
const SCAN_PAGE_DOCUMENTS = 1_000;

/** Rolls the transaction back. */
class Abandoned extends Error {
  constructor(readonly outcome: CommitOutcome) {
    super('another writer was faster');
  }
}
const abandon = (conflicts: Partial<CommitOutcome>): never => {
  throw new Abandoned({ done: false, lost: [], moved: [], ...conflicts });
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
  const { rows } = await client.query<Readonly<{ feedPartition: string }>>({
    name: 'view-move',
    text: MOVE,
    values: [
      versionName(version),
      moves.map(({ feedPartition }) => feedPartition),
      moves.map(({ from }) => from),
      moves.map(({ to }) => to),
    ],
  });
  const done = new Set(rows.map(({ feedPartition }) => feedPartition));
  return moves.map(({ feedPartition }) => feedPartition).filter((feedPartition) => !done.has(feedPartition));
};

export const getStatement = (version: ProjectionVersion): string =>
  `select document from ${tableOf(version)} where key = $1`;

/** Projections in PostgreSQL: dead letters, documents and checkpoints of a change in one transaction. */
export const postgresStore = (pool: Pool): ProjectionStore => ({
  install: async (version) => {
    await pool.query(createTable(version));
  },
  createIndexes: (version) => createListIndexes(pool, version),
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
    inTransaction(
      pool,
      async (client): Promise<CommitOutcome> => {
        const moved = await advance(client, version, moves);
        if (moved.length > 0) abandon({ moved });
        const lost = await saveDocuments(client, version, changed);
        if (lost.length > 0) abandon({ lost });
        await parkEvents(client, versionName(version), parked);
        return { done: true, lost, moved };
      },
      'lost-in-a-crash', // The writer reads their events from the feeds again.
    ).catch((error: unknown) => {
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
