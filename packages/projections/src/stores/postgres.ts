import { versionName, type ListDefinition, type ProjectionVersion, listDefinition } from '../projection';
import { DatabaseError, type PoolClient, type Pool } from 'pg';
import { type Queryable, type TimedQuery, inTransaction, parkEvents } from '@bankside/feed';
import type { BlockedStream, FeedPartition, StoredDocument, CheckpointMove } from '../checkpoints';
import {
  newDocument,
  parseCursor,
  serializeCursor,
  type ListPage,
  type ListRequest,
  type Change,
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

/** `change`, `added` and `replaced`. The parameters of `changeValues` begin at `$first`. */
const savingDocuments = (table: string, first: number): string => `
  change as (
    select * from unnest($${first}::text[], $${first + 1}::int[], $${first + 2}::jsonb[], $${first + 3}::jsonb[], $${first + 4}::jsonb[])
      as change(key, rev, document, applied, blocked)
  ), added as (
    insert into ${table} (key, rev, document, applied, blocked)
    select key, 1, document, applied, blocked from change where rev = 0
    on conflict do nothing returning key
  ), replaced as (
    update ${table} as row set rev = change.rev + 1, document = change.document, applied = change.applied, blocked = change.blocked
    from change where row.key = change.key and row.rev = change.rev and change.rev > 0 returning row.key
  )`;

const changeValues = (changed: readonly StoredDocument[]): readonly unknown[] => [
  changed.map(({ key }) => key),
  changed.map(({ rev }) => rev),
  changed.map(({ document }) => JSON.stringify(document)),
  changed.map(({ applied }) => JSON.stringify(applied)),
  changed.map(({ blocked }) => JSON.stringify(blocked)),
];

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
  const { rows } = await client.query<Readonly<{ key: string }>>(
    `with ${savingDocuments(tableOf(version), 1)} select key from added union all select key from replaced`,
    [...changeValues(changed)],
  );
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

/** `move`, `inserted` and `moved`. */
const MOVING_CHECKPOINTS = `
  move as (
    select * from unnest($2::text[], $3::bigint[], $4::bigint[]) as move(feed_partition, "from", "to")
  ), inserted as (
    insert into projection_checkpoint (version, feed_partition, position, moved_at)
    select $1, feed_partition, "to", now() from move where "from" = 0
    on conflict do nothing returning feed_partition
  ), moved as (
    update projection_checkpoint as row set position = move."to", moved_at = now()
    from move where row.version = $1 and row.feed_partition = move.feed_partition and row.position = move."from" and move."from" > 0
    returning row.feed_partition
  )`;

const moveValues = (version: ProjectionVersion, moves: readonly CheckpointMove[]): readonly unknown[] => [
  versionName(version),
  moves.map(({ feedPartition }) => feedPartition),
  moves.map(({ from }) => from),
  moves.map(({ to }) => to),
];

/** @returns the feed partitions whose checkpoint another writer has moved */
const advance = async (
  client: PoolClient,
  version: ProjectionVersion,
  moves: readonly CheckpointMove[],
): Promise<readonly FeedPartition[]> => {
  if (moves.length === 0) return [];
  const { rows } = await client.query<Readonly<{ feedPartition: string }>>(
    `with ${MOVING_CHECKPOINTS}
     select feed_partition as "feedPartition" from inserted union all select feed_partition from moved`,
    [...moveValues(version, moves)],
  );
  const done = new Set(rows.map(({ feedPartition }) => feedPartition));
  return moves.map(({ feedPartition }) => feedPartition).filter((feedPartition) => !done.has(feedPartition));
};

/** Larger changes are planned for themselves: a plan from when the table was small would read all of a large one. */
const PREPARED_DOCUMENTS = 50;

/** Fails, and so changes nothing, if another writer has moved a checkpoint or changed a document. */
const commitStatement = (version: ProjectionVersion): string => `
  with fast as materialized (select set_config('synchronous_commit', 'off', true)),
  ${MOVING_CHECKPOINTS}, ${savingDocuments(tableOf(version), 5)}
  select case when (select count(*) from inserted) + (select count(*) from moved) = cardinality($2::text[])
      and (select count(*) from added) + (select count(*) from replaced) = cardinality($5::text[])
    then '0' else 'another writer was faster' end::int from fast`;

/** PostgreSQL's code for a text that is no number. */
const INVALID_TEXT = '22P02';

/** Commits without dead letters, in one statement. @returns whether it did: if not, a transaction finds out why */
const commitAtOnce = async (
  pool: Pool,
  version: ProjectionVersion,
  { changed, moves }: Change,
): Promise<boolean> => {
  try {
    await pool.query({
      ...(changed.length <= PREPARED_DOCUMENTS && { name: `view-commit-${tableNameOf(version)}` }),
      text: commitStatement(version),
      values: [...moveValues(version, moves), ...changeValues(changed)],
    });
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === INVALID_TEXT) return false;
    throw error;
  }
};

/** Commits in a transaction, which another writer may have made impossible. */
const commitInSteps = (
  pool: Pool,
  version: ProjectionVersion,
  { changed, moves, parked }: Change,
): Promise<CommitOutcome> =>
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
  });

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
  commit: async (version, change) =>
    change.parked.length === 0 && (await commitAtOnce(pool, version, change))
      ? { done: true, lost: [], moved: [] }
      : commitInSteps(pool, version, change),
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
