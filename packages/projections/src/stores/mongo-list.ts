import type { Model } from 'mongoose';
import { listDefinition, type ProjectionVersion } from '../projection';
import { cursorFrom, cursorOf } from './cursor';
import { storedFrom, type Row } from './mongo-model';
import type { ListPage, ListRequest } from './store';

export const listQuery = (
  { projection }: ProjectionVersion,
  { by, value, after }: Omit<ListRequest, 'limit'>,
) => {
  const { sort, descending = false } = listDefinition(projection, by);
  const direction = descending ? -1 : 1;
  const beyond = descending ? '$lt' : '$gt';
  const behind = (cursor: string): object => {
    const { sort: last, key } = cursorFrom(cursor);
    // Redundant, but it lets MongoDB start its index scan at the cursor.
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

/** Documents with a value in one field, sorted by another and then by key. */
export const mongoList = async (
  model: Model<Row>,
  version: ProjectionVersion,
  { limit, ...request }: ListRequest,
): Promise<ListPage> => {
  const { sort } = listDefinition(version.projection, request.by);
  const { filter, order } = listQuery(version, request);
  const rows = await model
    .find(filter)
    .sort(order)
    .limit(limit + 1)
    .lean<Row[]>();
  const page = rows.slice(0, limit).map(storedFrom);
  const end = page.at(-1);
  const more = rows.length > limit && end !== undefined;
  return {
    documents: page.map(({ document }) => document),
    ...(more && { next: cursorOf((end.document as Record<string, unknown>)[sort], end.key) }),
  };
};
