import type { Queryable } from '@bankside/feed';
import type { Pool } from 'pg';
import type { BlockedStream, FeedPartition, StoredDocument } from '../checkpoints';
import { listDefinition, versionName, type ProjectionVersion } from '../projection';
import { commitChange } from './postgres-commit';
import { createListIndexes, createTable, sortedField, tableOf } from './postgres-tables';
import {
  newDocument,
  parseCursor,
  serializeCursor,
  type ListPage,
  type ListRequest,
  type ProjectionStore,
} from './store';

export type Row = Readonly<{
  key: string;
  rev: number;
  document: object;
  applied: Readonly<Record<FeedPartition, number>>;
  blocked: readonly BlockedStream[];
}>;

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
  commit: (version, change) => commitChange(pool, version, change),
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
