import type { PoolClient } from 'pg';
import type { Queryable } from '@bankside/feed';
import { newDocument } from './store';
import type { BlockedStream, FeedPartition, StoredDocument } from '../checkpoints';
import type { ProjectionVersion } from '../projection';
import { tableOf } from './postgres-schema';

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

export const loadDocuments = async (
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
export const saveDocuments = async (
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
