import type { Pool } from 'pg';
import { listOf, type List } from '../view';
import { cursorFrom, cursorOf } from './cursor';
import { tableOf } from './postgres-documents';
import type { Generation, ListPage, ListRequest } from './port';

/** Text is compared by its bytes, so that pages and cursors agree whatever the language of the database. */
const field = (name: string): string => `(document->>'${name}') collate "C"`;

/** The index of a list: its equality first, then what it is sorted by. */
export const listIndex = (generation: Generation, list: List): string => {
  const { by, sort, descending = false, several = false } = list;
  const direction = descending ? 'desc' : 'asc';
  const table = tableOf(generation);
  if (several)
    return `create index if not exists ${table}_by_${by.toLowerCase()} on ${table} using gin ((document->'${by}'))`;
  return `create index if not exists ${table}_by_${by.toLowerCase()} on ${table}
    ((document->>'${by}'), (${field(sort)}) ${direction}, key ${direction})`;
};

export const listStatement = (generation: Generation, by: string, cursor: boolean): string => {
  const { sort, descending = false, several = false } = listOf(generation.view, by);
  const direction = descending ? 'desc' : 'asc';
  const isIt = several ? `document->'${by}' ? $1` : `document->>'${by}' = $1`;
  const behind = cursor ? `and (${field(sort)}, key) ${descending ? '<' : '>'} ($3, $4)` : '';
  return `select key, document from ${tableOf(generation)} where ${isIt} ${behind}
    order by ${field(sort)} ${direction}, key ${direction} limit $2`;
};

/** Documents with one value in a field, sorted by another and then by their key. */
export const postgresList = async (
  pool: Pool,
  generation: Generation,
  { by, value, limit, after }: ListRequest,
): Promise<ListPage> => {
  const cursor = after === undefined ? undefined : cursorFrom(after);
  const { rows } = await pool.query<Readonly<{ key: string; document: Record<string, unknown> }>>(
    listStatement(generation, by, cursor !== undefined),
    [value, limit + 1, ...(cursor ? [cursor.sort, cursor.key] : [])],
  );
  const page = rows.slice(0, limit);
  const end = page.at(-1);
  const more = rows.length > limit && end !== undefined;
  return {
    documents: page.map(({ document }) => document),
    ...(more && { next: cursorOf(end.document[listOf(generation.view, by).sort], end.key) }),
  };
};
