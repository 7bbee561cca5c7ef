import { Schema, type Connection, type Model, type mongo } from 'mongoose';
import type { BlockedStream, FeedPartition, StoredDocument } from '../checkpoints';
import { newDocument } from './store';
import { versionName, type Projection, type ProjectionVersion } from '../projection';
import { forEachConcurrently } from '@bankside/std';

/** A stored document: the fields of the projection's schema, and what makes writing it idempotent. */
export type Row = Readonly<{
  _id: string;
  rev: number;
  applied: Readonly<Record<FeedPartition, number>>;
  blocked: readonly BlockedStream[];
}>;

export const storedFrom = ({ _id: key, rev, applied, blocked, ...document }: Row): StoredDocument => ({
  key,
  rev,
  applied,
  blocked,
  document,
});

/** The row after the next write. */
const rowFrom = ({ key, rev, applied, blocked, document }: StoredDocument): Row => ({
  ...document,
  _id: key,
  rev: rev + 1,
  applied,
  blocked,
});

/** The Mongoose schema of a projection's collection, strict and with an index for each list. */
export const schemaOf = ({ name, schema, lists = [] }: Projection): Schema<Row> => {
  if (schema === undefined) throw new Error(`${name} is stored in MongoDB but declares no schema.`);
  const whole = new Schema<Row>(
    {
      ...schema,
      _id: { type: String, required: true },
      rev: { type: Number, required: true },
      applied: { type: Schema.Types.Mixed, required: true },
      blocked: { type: Schema.Types.Mixed, required: true },
    },
    { strict: 'throw', versionKey: false, minimize: false, autoCreate: false, autoIndex: false },
  );
  for (const { by, sort, descending } of lists) {
    const direction = descending ? -1 : 1;
    whole.index({ [by]: 1, [sort]: direction, _id: direction });
  }
  return whole;
};

export const modelOf = (connection: Connection, version: ProjectionVersion): Model<Row> => {
  const name = versionName(version);
  return (connection.models[name] ??
    connection.model(name, schemaOf(version.projection), name)) as Model<Row>;
};

/**
 * The strictness of the schema without its cost: hydrating a document takes 15 times as long as serializing it, so rows
 * go to the driver as they are, and only their field names are compared.
 * @throws Error for a field that the schema lacks
 */
const assertDeclared = (model: Model<Row>, row: Row): void => {
  for (const field of Object.keys(row))
    if (model.schema.pathType(field) === 'adhocOrUndefined')
      throw new Error(`${model.modelName} declares no field ${field}.`);
};

export const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

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
