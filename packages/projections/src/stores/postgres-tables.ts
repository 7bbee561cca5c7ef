import type { TimedQuery } from '@bankside/feed';
import type { Pool } from 'pg';
import { versionName, type ListDefinition, type ProjectionVersion } from '../projection';

export const tableNameOf = (version: ProjectionVersion): string =>
  versionName(version).replaceAll(/[^a-z0-9]/g, '_');

/** `statement.3` is stored in the table `views.statement_3`. */
export const tableOf = (version: ProjectionVersion): string => `views.${tableNameOf(version)}`;

/** Text compares by bytes, so that pages and cursors agree whatever the locale of the database. */
export const sortedField = (name: string): string => `(document->>'${name}') collate "C"`;

export const createTable = (version: ProjectionVersion): string =>
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
export const createListIndexes = async (pool: Pool, version: ProjectionVersion): Promise<void> => {
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
