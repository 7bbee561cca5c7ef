import { cursorFrom, cursorOf } from './cursor';
import type { ListPage, ListRequest } from './store';
import type { StoredDocument } from '../checkpoints';
import { listDefinition, type ProjectionVersion } from '../projection';

const fieldOf = ({ document }: StoredDocument, name: string): string =>
  (document as Record<string, string>)[name]!;

const has = (stored: StoredDocument, by: string, value: string): boolean => {
  const field: unknown = (stored.document as Record<string, unknown>)[by];
  return Array.isArray(field) ? field.includes(value) : field === value;
};

export const memoryList = (
  rows: readonly StoredDocument[],
  { projection }: ProjectionVersion,
  { by, value, limit, after }: ListRequest,
): ListPage => {
  const { sort, descending = false } = listDefinition(projection, by);
  const compare = (a: readonly [string, string], b: readonly [string, string]): number => {
    const index = a[0] === b[0] ? 1 : 0;
    const order = a[index] === b[index] ? 0 : a[index] < b[index] ? -1 : 1;
    return descending ? -order : order;
  };
  const placeOf = (stored: StoredDocument) => [fieldOf(stored, sort), stored.key] as const;
  const sorted = rows
    .filter((stored) => has(stored, by, value))
    .sort((a, b) => compare(placeOf(a), placeOf(b)));
  const last = after === undefined ? undefined : cursorFrom(after);
  const rest = last ? sorted.filter((stored) => compare(placeOf(stored), [last.sort, last.key]) > 0) : sorted;
  const page = rest.slice(0, limit);
  const end = page.at(-1);
  return {
    documents: page.map(({ document }) => document),
    ...(rest.length > limit && end && { next: cursorOf(fieldOf(end, sort), end.key) }),
  };
};
