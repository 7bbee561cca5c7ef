import type { Pool } from 'pg';
import { listDefinition, type ListDefinition } from '../projection';
import { cursorFrom, cursorOf } from './cursor';
import { indexOf, tableOf } from './postgres-documents';
import type { ProjectionVersion, ListPage, ListRequest } from './store';

/** Text is compared by its bytes, so that pages and cursors agree whatever the language of the database. */
const field = (name: string): string => `(document->>'${name}') collate "C"`;

/** The index of a list: its equality first, then what it is sorted by. */
export const listIndex = (version: ProjectionVersion, list: ListDefinition): string => {
  const { by, sort, descending = false, multiValued = false } = list;
  const direction = descending ? 'desc' : 'asc';
  const table = tableOf(version);
  const index = `create index if not exists ${indexOf(version, by)} on ${table}`;
  if (multiValued) return `${index} using gin ((document->'${by}'))`;
  return `${index}
    ((document->>'${by}'), (${field(sort)}) ${direction}, key ${direction})`;
};

export const listStatement = (version: ProjectionVersion, by: string, cursor: boolean): string => {
  const { sort, descending = false, multiValued = false } = listDefinition(version.projection, by);
  const direction = descending ? 'desc' : 'asc';
  const isIt = multiValued ? `document->'${by}' ? $1` : `document->>'${by}' = $1`;
  const behind = cursor ? `and (${field(sort)}, key) ${descending ? '<' : '>'} ($3, $4)` : '';
  return `select key, document from ${tableOf(version)} where ${isIt} ${behind}
    order by ${field(sort)} ${direction}, key ${direction} limit $2`;
};

/** Documents with one value in a field, sorted by another and then by their key. */
export const postgresList = async (
  pool: Pool,
  version: ProjectionVersion,
  { by, value, limit, after }: ListRequest,
): Promise<ListPage> => {
  const cursor = after === undefined ? undefined : cursorFrom(after);
  const { rows } = await pool.query<Readonly<{ key: string; document: Record<string, unknown> }>>(
    listStatement(version, by, cursor !== undefined),
    [value, limit + 1, ...(cursor ? [cursor.sort, cursor.key] : [])],
  );
  const page = rows.slice(0, limit);
  const end = page.at(-1);
  const more = rows.length > limit && end !== undefined;
  return {
    documents: page.map(({ document }) => document),
    ...(more && { next: cursorOf(end.document[listDefinition(version.projection, by).sort], end.key) }),
  };
};
