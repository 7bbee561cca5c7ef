import type { PoolClient } from 'pg';
import { unstored, type Held, type Place, type Stored } from '../runner/document';
import type { Queryable } from './queryable';
import { nameOf, type Generation } from './port';

export type Row = Readonly<{
  key: string;
  rev: number;
  document: object;
  applied: Readonly<Record<Place, number>>;
  held: readonly Held[];
}>;

/** `statement.3` is kept in the table `view_statement_3`. */
export const tableOf = (generation: Generation): string =>
  `view_${nameOf(generation).replaceAll(/[^a-z0-9]/g, '_')}`;

const saveStatement = (table: string): string => `
  with change as (
    select * from unnest($1::text[], $2::int[], $3::jsonb[], $4::jsonb[], $5::jsonb[])
      as change(key, rev, document, applied, held)
  ), added as (
    insert into ${table} (key, rev, document, applied, held)
    select key, 1, document, applied, held from change where rev = 0
    on conflict do nothing returning key
  ), replaced as (
    update ${table} as row set rev = change.rev + 1, document = change.document, applied = change.applied, held = change.held
    from change where row.key = change.key and row.rev = change.rev and change.rev > 0 returning row.key
  )
  select key from added union all select key from replaced`;

export const loadStatement = (generation: Generation): string =>
  `select key, rev, document, applied, held from ${tableOf(generation)} where key = any($1)`;

/** Reads documents by key, in one statement. */
export const loadDocuments = async (
  database: Queryable,
  generation: Generation,
  keys: readonly string[],
): Promise<readonly Stored[]> => {
  const { rows } = await database.query<Row>(loadStatement(generation), [keys]);
  const found = new Map(rows.map((row) => [row.key, row]));
  return keys.map((key) => found.get(key) ?? unstored(generation.view, key));
};

/** Inserts and replaces documents under the guard of their `rev`. @returns the keys of those that another writer has changed */
export const saveDocuments = async (
  client: PoolClient,
  generation: Generation,
  changed: readonly Stored[],
): Promise<readonly string[]> => {
  if (changed.length === 0) return [];
  const { rows } = await client.query<Readonly<{ key: string }>>(saveStatement(tableOf(generation)), [
    changed.map(({ key }) => key),
    changed.map(({ rev }) => rev),
    changed.map(({ document }) => JSON.stringify(document)),
    changed.map(({ applied }) => JSON.stringify(applied)),
    changed.map(({ held }) => JSON.stringify(held)),
  ]);
  const saved = new Set(rows.map(({ key }) => key));
  return changed.map(({ key }) => key).filter((key) => !saved.has(key));
};
