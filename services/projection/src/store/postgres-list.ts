import type { Pool } from 'pg';
import type { List } from '../view';
import { cursorFrom, cursorOf } from './cursor';
import { tableOf } from './postgres-documents';
import type { Generation, ListPage, ListRequest } from './port';

/** Text is compared by its bytes, so that pages and cursors agree whatever the language of the database. */
const field = (name: string): string => `(document->>'${name}') collate "C"`;

/** The index of a list: its equality first, then what it is sorted by. */
export const listIndex = (generation: Generation, { by, sort, descending = false }: List): string => {
  const direction = descending ? 'desc' : 'asc';
  const table = tableOf(generation);
  return `create index if not exists ${table}_by_${by.toLowerCase()} on ${table}
    ((document->>'${by}'), (${field(sort)}) ${direction}, key ${direction})`;
};

/** Documents with one value in a field, sorted by another and then by their key. */
export const postgresList = async (
  pool: Pool,
  generation: Generation,
  { by, value, limit, after }: ListRequest,
): Promise<ListPage> => {
  const { sort, descending = false } = generation.view.lists!.find((one) => one.by === by)!;
  const direction = descending ? 'desc' : 'asc';
  const cursor = after === undefined ? undefined : cursorFrom(after);
  const behind = cursor ? `and (${field(sort)}, key) ${descending ? '<' : '>'} ($3, $4)` : '';
  const { rows } = await pool.query<Readonly<{ key: string; document: Record<string, unknown> }>>(
    `select key, document from ${tableOf(generation)} where document->>'${by}' = $1 ${behind}
     order by ${field(sort)} ${direction}, key ${direction} limit $2`,
    [value, limit + 1, ...(cursor ? [cursor.sort, cursor.key] : [])],
  );
  const page = rows.slice(0, limit);
  const end = page.at(-1);
  return {
    documents: page.map(({ document }) => document),
    ...(rows.length > limit && end && { next: cursorOf(end.document[sort], end.key) }),
  };
};
