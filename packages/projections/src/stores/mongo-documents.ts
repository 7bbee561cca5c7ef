import { forEachConcurrently } from '@bankside/std';
import type { Connection, mongo } from 'mongoose';
import type { StoredDocument } from '../checkpoints';
import type { ProjectionVersion } from '../projection';
import { chunks } from './chunks';
import { assertDeclared, modelOf, rowFrom, storedFrom, type Row } from './mongo-model';
import { newDocument } from './store';

const CONCURRENT_COMMANDS = 8;
const DUPLICATE_KEY = 11_000;
const NO_COLLECTION = 26;

const codeOf = (error: unknown): unknown => (error as Readonly<{ code?: unknown }>).code;

export const isDuplicateKey = (error: unknown): boolean => codeOf(error) === DUPLICATE_KEY;
export const isNoCollection = (error: unknown): boolean => codeOf(error) === NO_COLLECTION;

/** The keys whose insertion failed because another writer was first. @throws any other error */
const duplicateKeys = (error: unknown, rows: readonly Row[]): readonly string[] => {
  const { writeErrors } = error as Readonly<{ writeErrors?: readonly mongo.WriteError[] }>;
  const expected =
    Array.isArray(writeErrors) && writeErrors.length > 0 && (writeErrors as unknown[]).every(isDuplicateKey);
  if (!expected || writeErrors === undefined) throw error;
  return writeErrors.map(({ index }) => rows[index]!._id);
};

export type MongoOptions = Readonly<{
  connection: Connection;
  /**
   * Documents per command. FerretDB needs 1: it looks up a single `_id` by index but scans the collection for several,
   * and a bulk write holds a connection per statement until the end.
   */
  documentsPerCommand: () => number;
}>;

/** The documents of one version. Reads are lean and writes are not hydrated. */
export const mongoDocuments = (
  { connection, documentsPerCommand }: MongoOptions,
  version: ProjectionVersion,
) => {
  const model = modelOf(connection, version);
  const collection = connection.collection<Row>(model.collection.name);

  /** @returns the keys of those that another writer has inserted */
  const insert = async (rows: readonly Row[]): Promise<readonly string[]> => {
    if (rows.length === 0) return [];
    try {
      await collection.insertMany([...rows], { ordered: false });
      return [];
    } catch (error) {
      return duplicateKeys(error, rows);
    }
  };

  const replaceOne = async ({ _id, ...replacement }: Row): Promise<number> =>
    (await collection.replaceOne({ _id, rev: replacement.rev - 1 }, replacement)).matchedCount;

  const replaceMany = async (rows: readonly Row[]): Promise<number> => {
    const operations = rows.map(({ _id, ...replacement }) => ({
      replaceOne: { filter: { _id, rev: replacement.rev - 1 }, replacement },
    }));
    return (await collection.bulkWrite(operations, { ordered: false })).matchedCount;
  };

  /** @returns whether all were replaced; if not, which ones is unknown */
  const replace = async (rows: readonly Row[]): Promise<boolean> => {
    const [only, ...others] = rows;
    const matched = only && others.length === 0 ? replaceOne(only) : replaceMany(rows);
    return (await matched) === rows.length;
  };

  const find = async (keys: readonly string[]): Promise<readonly Row[]> => {
    const [only, ...others] = keys;
    if (only === undefined || others.length > 0) return model.find({ _id: { $in: [...keys] } }).lean<Row[]>();
    const row = await model.findById(only).lean<Row>();
    return row ? [row] : [];
  };

  return {
    model,
    load: async (keys: readonly string[]): Promise<readonly StoredDocument[]> => {
      const found = new Map<string, StoredDocument>();
      await forEachConcurrently(chunks(keys, documentsPerCommand()), CONCURRENT_COMMANDS, async (chunk) => {
        for (const row of await find(chunk)) found.set(row._id, storedFrom(row));
      });
      return keys.map((key) => found.get(key) ?? newDocument(version.projection, key));
    },
    /**
     * Inserts and replaces under the guard of `rev`.
     * @returns the keys that another writer has changed, possibly among others of the same command
     * @throws Error for a field that the schema lacks
     */
    save: async (changed: readonly StoredDocument[]): Promise<readonly string[]> => {
      const rows = changed.map(rowFrom);
      for (const row of rows) assertDeclared(model, row);
      const lost = [...(await insert(rows.filter(({ rev }) => rev === 1)))];
      const stored = rows.filter(({ rev }) => rev > 1);
      await forEachConcurrently(chunks(stored, documentsPerCommand()), CONCURRENT_COMMANDS, async (chunk) => {
        if (!(await replace(chunk))) lost.push(...chunk.map(({ _id }) => _id));
      });
      return lost;
    },
  };
};
