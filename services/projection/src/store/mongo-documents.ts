import type { Connection, mongo } from 'mongoose';
import { unstored, type Held, type Place, type Stored } from '../runner/document';
import { each } from './each';
import { nameOf, type Generation } from './port';

/** Statements under way at once. */
const WIDTH = 8;
export const DUPLICATE_KEY = 11_000;

export type Row = Readonly<{
  _id: string;
  rev: number;
  applied: Readonly<Record<Place, number>>;
  held: readonly Held[];
}>;

export const codeOf = (error: unknown): unknown => (error as Readonly<{ code?: unknown }>).code;

export const storedFrom = ({ _id: key, rev, applied, held, ...document }: Row): Stored => ({
  key,
  rev,
  applied,
  held,
  document,
});
const rowFrom = ({ key, rev, applied, held, document }: Stored): Row => ({
  ...document,
  _id: key,
  rev: rev + 1,
  applied,
  held,
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

/** The documents of one generation: found and replaced one by one. */
export const mongoDocuments = (connection: Connection, generation: Generation) => {
  const rows = connection.collection<Row>(nameOf(generation));

  const replace = async (stored: Stored): Promise<boolean> => {
    const { _id, ...replacement } = rowFrom(stored);
    const { matchedCount } = await rows.replaceOne({ _id, rev: stored.rev }, replacement);
    return matchedCount === 1;
  };

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

  return {
    rows,
    load: async (keys: readonly string[]): Promise<readonly Stored[]> => {
      const found: Stored[] = [];
      // One by one by `_id`: FerretDB looks an `_id` up, but reads the whole collection for `$in`.
      await each(keys, WIDTH, async (key) => {
        const row = await rows.findOne({ _id: key });
        found.push(row ? storedFrom(row) : unstored(generation.view, key));
      });
      return found;
    },
    /** @returns the keys of documents that another writer has changed */
    save: async (changed: readonly Stored[]): Promise<readonly string[]> => {
      const lost = [...(await insert(changed.filter(({ rev }) => rev === 0).map(rowFrom)))];
      const known = changed.filter(({ rev }) => rev > 0);
      // A statement each: FerretDB holds a connection for every statement of a bulk write until its end.
      await each(known, WIDTH, async (stored) => {
        if (!(await replace(stored))) lost.push(stored.key);
      });
      return lost;
    },
  };
};
