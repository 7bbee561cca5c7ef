import type { Collection } from 'mongoose';
import { cursorFrom, cursorOf } from './cursor';
import { storedFrom, type Row } from './mongo-documents';
import { listDefinition } from '../projection';
import type { ProjectionVersion, ListPage, ListRequest } from './store';

/** What is asked for, and in which order. */
export const listQuery = (
  { projection }: ProjectionVersion,
  { by, value, after }: Omit<ListRequest, 'limit'>,
) => {
  const { sort, descending = false } = listDefinition(projection, by);
  const direction = descending ? -1 : 1;
  const beyond = descending ? '$lt' : '$gt';
  const behind = (cursor: string): object => {
    const { sort: last, key } = cursorFrom(cursor);
    // The first condition says nothing new: it tells MongoDB where in the index to begin.
    return {
      [sort]: { [`${beyond}e`]: last },
      $or: [{ [sort]: { [beyond]: last } }, { [sort]: last, _id: { [beyond]: key } }],
    };
  };
  return {
    filter: { [by]: value, ...(after !== undefined && behind(after)) },
    order: { [sort]: direction, _id: direction } as const,
  };
};

/** Documents with one value in a field, sorted by another and then by their key. */
export const mongoList = async (
  rows: Collection<Row>,
  version: ProjectionVersion,
  { limit, ...request }: ListRequest,
): Promise<ListPage> => {
  const { sort } = listDefinition(version.projection, request.by);
  const { filter, order } = listQuery(version, request);
  const page = await rows
    .find(filter)
    .sort(order)
    .limit(limit + 1)
    .toArray();
  const shown = page.slice(0, limit).map(storedFrom);
  const end = shown.at(-1);
  const more = page.length > limit && end !== undefined;
  return {
    documents: shown.map(({ document }) => document),
    ...(more && { next: cursorOf((end.document as Record<string, unknown>)[sort], end.key) }),
  };
};
