import type { Connection } from 'mongoose';
import { codeOf, DUPLICATE_KEY, mongoDocuments, storedFrom, type MongoOptions } from './mongo-documents';
import { mongoList } from './mongo-list';
import {
  versionName,
  type ProjectionVersion,
  type ParkEvents,
  type CheckpointMove,
  type Checkpoint,
  type ProjectionStore,
} from './store';

const NO_COLLECTION = 26;
/** Documents in one command to MongoDB. */
const TOGETHER = 500;

/** `_id` is `<generation>/<source>/<partition>`. */
type CheckpointRow = Readonly<{ _id: string; version: string; feedPartition: string }> & Checkpoint;

/**
 * Views in MongoDB, or in what speaks its protocol without transactions: each document is replaced under a guard on
 * its `rev`, and knows by `applied` which events it has. So a crash between letters, documents and position, or a
 * second writer, repeats work and changes nothing. FerretDB looks at the guard before it writes, not while, so there
 * the guard alone would lose writes: leave a generation to one writer at a time.
 */
export const mongoStore = (options: MongoOptions, parkEvents: ParkEvents): ProjectionStore => {
  const { connection } = options;
  const documents = (version: ProjectionVersion) => mongoDocuments(options, version);
  const checkpoints = () => connection.collection<CheckpointRow>('checkpoints');

  const insertCheckpoint = async (
    version: string,
    { feedPartition, to }: CheckpointMove,
  ): Promise<boolean> => {
    const _id = `${version}/${feedPartition}`;
    const movedAt = new Date().toISOString();
    return checkpoints()
      .insertOne({ _id, version, feedPartition, position: to, movedAt })
      .then(
        () => true,
        (error: unknown) => {
          if (codeOf(error) === DUPLICATE_KEY) return false;
          throw error;
        },
      );
  };

  const advance = async (version: ProjectionVersion, move: CheckpointMove): Promise<boolean> => {
    const name = versionName(version);
    if (move.from === 0) return insertCheckpoint(name, move);
    const at = { _id: `${name}/${move.feedPartition}`, position: move.from };
    const to = { $set: { position: move.to, movedAt: new Date().toISOString() } };
    const { matchedCount } = await checkpoints().updateOne(at, to);
    return matchedCount === 1;
  };

  return {
    install: async (version) => {
      const { rows } = documents(version);
      for (const { by, sort, descending } of version.projection.lists ?? []) {
        const direction = descending ? -1 : 1;
        await rows.createIndex({ [by]: 1, [sort]: direction, _id: direction });
      }
    },
    drop: async (version) => {
      await documents(version)
        .rows.drop()
        .catch((error: unknown) => {
          if (codeOf(error) !== NO_COLLECTION) throw error;
        });
      await checkpoints().deleteMany({ version: versionName(version) });
    },
    checkpoints: async (version) => {
      const found = await checkpoints()
        .find({ version: versionName(version) })
        .toArray();
      return new Map(
        found.map(({ feedPartition, position, movedAt }) => [feedPartition, { position, movedAt }]),
      );
    },
    load: (version, keys) => documents(version).load(keys),
    commit: async (version, { changed, parked: letters, moves }) => {
      if (letters.length > 0) await parkEvents(version, letters);
      const lost = await documents(version).save(changed);
      if (lost.length > 0) return { done: false, stored: true, lost, moved: [] };
      const advanced = await Promise.all(moves.map((move) => advance(version, move)));
      const moved = moves
        .filter((_move, index) => !advanced[index])
        .map(({ feedPartition }) => feedPartition);
      return { done: true, stored: true, lost, moved };
    },
    get: async (version, key) => {
      const row = await documents(version).rows.findOne({ _id: key });
      return row ? storedFrom(row).document : undefined;
    },
    list: (version, request) => mongoList(documents(version).rows, version, request),
    scan: async function* (version) {
      for await (const row of documents(version).rows.find({})) yield storedFrom(row);
    },
  };
};

/** What a server that speaks the protocol of MongoDB can do with several documents in one command. */
export const togetherOn = async (connection: Connection): Promise<number> => {
  const info = await connection.db!.admin().buildInfo();
  return 'ferretdbVersion' in info ? 1 : TOGETHER;
};
