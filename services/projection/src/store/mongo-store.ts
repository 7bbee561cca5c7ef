import type { Connection } from 'mongoose';
import { codeOf, DUPLICATE_KEY, mongoDocuments, storedFrom, type MongoOptions } from './mongo-documents';
import { mongoList } from './mongo-list';
import { nameOf, type Generation, type KeepLetters, type Move, type Position, type ViewStore } from './port';

const NO_COLLECTION = 26;
/** Documents in one command to MongoDB. */
const TOGETHER = 500;

/** `_id` is `<generation>/<source>/<partition>`. */
type Checkpoint = Readonly<{ _id: string; generation: string; place: string }> & Position;

/**
 * Views in MongoDB, or in what speaks its protocol without transactions: each document is replaced under a guard on
 * its `rev`, and knows by `applied` which events it has. So a crash between letters, documents and position, or a
 * second writer, repeats work and changes nothing. FerretDB looks at the guard before it writes, not while, so there
 * the guard alone would lose writes: leave a generation to one writer at a time.
 */
export const mongoStore = (options: MongoOptions, keepLetters: KeepLetters): ViewStore => {
  const { connection } = options;
  const documents = (generation: Generation) => mongoDocuments(options, generation);
  const checkpoints = () => connection.collection<Checkpoint>('checkpoints');

  const insertCheckpoint = async (generation: string, { place, to }: Move): Promise<boolean> => {
    const _id = `${generation}/${place}`;
    const movedAt = new Date().toISOString();
    return checkpoints()
      .insertOne({ _id, generation, place, position: to, movedAt })
      .then(
        () => true,
        (error: unknown) => {
          if (codeOf(error) === DUPLICATE_KEY) return false;
          throw error;
        },
      );
  };

  const advance = async (generation: Generation, move: Move): Promise<boolean> => {
    const name = nameOf(generation);
    if (move.from === 0) return insertCheckpoint(name, move);
    const at = { _id: `${name}/${move.place}`, position: move.from };
    const to = { $set: { position: move.to, movedAt: new Date().toISOString() } };
    const { matchedCount } = await checkpoints().updateOne(at, to);
    return matchedCount === 1;
  };

  return {
    install: async (generation) => {
      const { rows } = documents(generation);
      for (const { by, sort, descending } of generation.view.lists ?? []) {
        const direction = descending ? -1 : 1;
        await rows.createIndex({ [by]: 1, [sort]: direction, _id: direction });
      }
    },
    drop: async (generation) => {
      await documents(generation)
        .rows.drop()
        .catch((error: unknown) => {
          if (codeOf(error) !== NO_COLLECTION) throw error;
        });
      await checkpoints().deleteMany({ generation: nameOf(generation) });
    },
    positions: async (generation) => {
      const found = await checkpoints()
        .find({ generation: nameOf(generation) })
        .toArray();
      return new Map(found.map(({ place, position, movedAt }) => [place, { position, movedAt }]));
    },
    load: (generation, keys) => documents(generation).load(keys),
    commit: async (generation, { changed, letters, moves }) => {
      if (letters.length > 0) await keepLetters(generation, letters);
      const lost = await documents(generation).save(changed);
      if (lost.length > 0) return { done: false, stored: true, lost, moved: [] };
      const advanced = await Promise.all(moves.map((move) => advance(generation, move)));
      const moved = moves.filter((_move, index) => !advanced[index]).map(({ place }) => place);
      return { done: true, stored: true, lost, moved };
    },
    get: async (generation, key) => {
      const row = await documents(generation).rows.findOne({ _id: key });
      return row ? storedFrom(row).document : undefined;
    },
    list: (generation, request) => mongoList(documents(generation).rows, generation, request),
    scan: async function* (generation) {
      for await (const row of documents(generation).rows.find({})) yield storedFrom(row);
    },
  };
};

/** What a server that speaks the protocol of MongoDB can do with several documents in one command. */
export const togetherOn = async (connection: Connection): Promise<number> => {
  const info = await connection.db!.admin().buildInfo();
  return 'ferretdbVersion' in info ? 1 : TOGETHER;
};
