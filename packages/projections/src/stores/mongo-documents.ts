import type { Connection, mongo } from 'mongoose';
import { newDocument, type BlockedStream, type FeedPartition, type StoredDocument } from '../fold';
import { chunks, forEachConcurrently } from './concurrency';
import { versionName, type ProjectionVersion } from './store';

/** Statements under way at once. */
const WIDTH = 8;
export const DUPLICATE_KEY = 11_000;

export type Row = Readonly<{
  _id: string;
  rev: number;
  applied: Readonly<Record<FeedPartition, number>>;
  blocked: readonly BlockedStream[];
}>;

export const codeOf = (error: unknown): unknown => (error as Readonly<{ code?: unknown }>).code;

export const storedFrom = ({ _id: key, rev, applied, blocked, ...document }: Row): StoredDocument => ({
  key,
  rev,
  applied,
  blocked,
  document,
});
const rowFrom = ({ key, rev, applied, blocked, document }: StoredDocument): Row => ({
  ...document,
  _id: key,
  rev: rev + 1,
  applied,
  blocked,
});

/** The insertions that failed although nothing is wrong: another writer was first. @throws anything else */
const alreadyThere = (error: unknown, rows: readonly Row[]): readonly string[] => {
  const { writeErrors } = error as Readonly<{ writeErrors?: readonly mongo.WriteError[] }>;
  const expected =
    Array.isArray(writeErrors) &&
    writeErrors.length > 0 &&
    (writeErrors as unknown[]).every((one) => codeOf(one) === DUPLICATE_KEY);
  if (!expected || writeErrors === undefined) throw error;
  return writeErrors.map(({ index }) => rows[index]!._id);
};

export type MongoOptions = Readonly<{
  connection: Connection;
  /**
   * Documents that one command may name. FerretDB wants 1: it looks one `_id` up, but reads the whole collection for
   * several, and it holds a connection for every statement of a bulk write until the end.
   */
  together: () => number;
}>;

/** The documents of one generation. */
export const mongoDocuments = ({ connection, together }: MongoOptions, version: ProjectionVersion) => {
  const rows = connection.collection<Row>(versionName(version));

  /** @returns the keys of those that another writer has inserted */
  const insert = async (fresh: readonly Row[]): Promise<readonly string[]> => {
    if (fresh.length === 0) return [];
    try {
      await rows.insertMany([...fresh], { ordered: false });
      return [];
    } catch (error) {
      return alreadyThere(error, fresh);
    }
  };

  const replaceOne = async ({ _id, ...replacement }: Row): Promise<number> =>
    (await rows.replaceOne({ _id, rev: replacement.rev - 1 }, replacement)).matchedCount;

  const replaceMany = async (changed: readonly Row[]): Promise<number> => {
    const operations = changed.map(({ _id, ...replacement }) => ({
      replaceOne: { filter: { _id, rev: replacement.rev - 1 }, replacement },
    }));
    return (await rows.bulkWrite(operations, { ordered: false })).matchedCount;
  };

  /** @returns whether all were replaced; if not, it is not known which */
  const replace = async (changed: readonly Row[]): Promise<boolean> => {
    const [only, ...others] = changed;
    const matched = only && others.length === 0 ? replaceOne(only) : replaceMany(changed);
    return (await matched) === changed.length;
  };

  const find = async (keys: readonly string[]): Promise<readonly Row[]> => {
    const [only, ...others] = keys;
    if (only === undefined || others.length > 0) return rows.find({ _id: { $in: [...keys] } }).toArray();
    const row = await rows.findOne({ _id: only });
    return row ? [row] : [];
  };

  return {
    rows,
    load: async (keys: readonly string[]): Promise<readonly StoredDocument[]> => {
      const found = new Map<string, StoredDocument>();
      await forEachConcurrently(chunks(keys, together()), WIDTH, async (chunk) => {
        for (const row of await find(chunk)) found.set(row._id, storedFrom(row));
      });
      return keys.map((key) => found.get(key) ?? newDocument(version.projection, key));
    },
    /** @returns the keys of documents that another writer has changed, maybe with some that are only doubtful */
    save: async (changed: readonly StoredDocument[]): Promise<readonly string[]> => {
      const lost = [...(await insert(changed.filter(({ rev }) => rev === 0).map(rowFrom)))];
      const known = changed.filter(({ rev }) => rev > 0).map(rowFrom);
      await forEachConcurrently(chunks(known, together()), WIDTH, async (chunk) => {
        if (!(await replace(chunk))) lost.push(...chunk.map(({ _id }) => _id));
      });
      return lost;
    },
  };
};
