import type { Collection } from 'mongoose';
import { cursorFrom, cursorOf } from './cursor';
import { storedFrom, type Row } from './mongo-documents';
import { listOf } from '../view';
import type { Generation, ListPage, ListRequest } from './port';

/** Documents with one value in a field, sorted by another and then by their key. */
export const mongoList = async (
  rows: Collection<Row>,
  { view }: Generation,
  { by, value, limit, after }: ListRequest,
): Promise<ListPage> => {
  const { sort, descending = false } = listOf(view, by);
  const direction = descending ? -1 : 1;
  const beyond = descending ? '$lt' : '$gt';
  const behind = (cursor: string): object => {
    const { sort: last, key } = cursorFrom(cursor);
    return { $or: [{ [sort]: { [beyond]: last } }, { [sort]: last, _id: { [beyond]: key } }] };
  };
  const page = await rows
    .find({ [by]: value, ...(after !== undefined && behind(after)) })
    .sort({ [sort]: direction, _id: direction })
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
