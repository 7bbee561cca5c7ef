import type { Pool } from 'pg';
import { cursorFrom, cursorOf } from './cursor';
import { sortedField, tableOf } from './postgres-schema';
import type { ListPage, ListRequest } from './store';
import { listDefinition, type ProjectionVersion } from '../projection';

export const listStatement = (version: ProjectionVersion, by: string, cursor: boolean): string => {
  const { sort, descending = false, multiValued = false } = listDefinition(version.projection, by);
  const direction = descending ? 'desc' : 'asc';
  const matches = multiValued ? `document->'${by}' ? $1` : `document->>'${by}' = $1`;
  const behind = cursor ? `and (${sortedField(sort)}, key) ${descending ? '<' : '>'} ($3, $4)` : '';
  return `select key, document from ${tableOf(version)} where ${matches} ${behind}
    order by ${sortedField(sort)} ${direction}, key ${direction} limit $2`;
};

/** Documents with a value in one field, sorted by another and then by key. */
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
