import { versionName, type ListDefinition, type ProjectionVersion } from '../projection';

const tableNameOf = (version: ProjectionVersion): string =>
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

/** The filtered field first, then what the list is sorted by. */
export const createListIndex = (
  version: ProjectionVersion,
  { by, sort, descending = false, multiValued = false }: ListDefinition,
): string => {
  const direction = descending ? 'desc' : 'asc';
  const name = `${tableNameOf(version)}_by_${by.toLowerCase()}`; // PostgreSQL puts it into the table's schema.
  const index = `create index if not exists ${name} on ${tableOf(version)}`;
  return multiValued
    ? `${index} using gin ((document->'${by}'))`
    : `${index} ((document->>'${by}'), (${sortedField(sort)}) ${direction}, key ${direction})`;
};
