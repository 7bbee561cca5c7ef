import { type Model, Schema, type Connection } from 'mongoose';
import { listDefinition, type ProjectionVersion, versionName } from '../projection';
import type { Checkpoint, CheckpointMove } from '../checkpoints';
import {
  parseCursor,
  serializeCursor,
  type ListPage,
  type ListRequest,
  type ParkEvents,
  type ProjectionStore,
} from './store';
import {
  storedFrom,
  type Row,
  isDuplicateKey,
  isNoCollection,
  mongoDocuments,
  type MongoOptions,
} from './mongo-documents';

export const listQuery = (
  { projection }: ProjectionVersion,
  { by, value, after }: Omit<ListRequest, 'limit'>,
) => {
  const { sort, descending = false } = listDefinition(projection, by);
  const direction = descending ? -1 : 1;
  const beyond = descending ? '$lt' : '$gt';
  const behind = (cursor: string): object => {
    const { sort: last, key } = parseCursor(cursor);
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
const mongoList = async (
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
    ...(more && { next: serializeCursor((end.document as Record<string, unknown>)[sort], end.key) }),
  };
};

/** Documents per command for MongoDB. */
const DOCUMENTS_PER_COMMAND = 500;

/** `_id` is `<version>/<source>/<partition>`. */
type CheckpointRow = Readonly<{ _id: string; version: string; feedPartition: string }> & Checkpoint;

const checkpointSchema = new Schema<CheckpointRow>(
  {
    _id: { type: String, required: true },
    version: { type: String, required: true },
    feedPartition: { type: String, required: true },
    position: { type: Number, required: true },
    movedAt: { type: String, required: true },
  },
  { strict: 'throw', versionKey: false, autoCreate: false, autoIndex: false },
);

const checkpointModel = (connection: Connection): Model<CheckpointRow> =>
  (connection.models['checkpoint'] ??
    connection.model('checkpoint', checkpointSchema, 'checkpoints')) as Model<CheckpointRow>;

/**
 * Projections in MongoDB, or a server of its protocol without transactions. Each document is replaced under a guard on
 * its `rev` and records in `applied` which events it has, so a crash between dead letters, documents and checkpoint, or
 * a second writer, repeats work without effect. FerretDB evaluates the guard before it writes, not atomically: a version
 * has a single writer at a time, and the local platform adds a guard in PostgreSQL for two that overlap.
 */
export const mongoStore = (options: MongoOptions, parkEvents: ParkEvents): ProjectionStore => {
  const { connection } = options;
  const documents = (version: ProjectionVersion) => mongoDocuments(options, version);
  const checkpoints = checkpointModel(connection);

  const insertCheckpoint = async (
    version: string,
    { feedPartition, to }: CheckpointMove,
  ): Promise<boolean> => {
    const _id = `${version}/${feedPartition}`;
    const movedAt = new Date().toISOString();
    const row: CheckpointRow = { _id, version, feedPartition, position: to, movedAt };
    return checkpoints.insertMany([row], { lean: true }).then(
      () => true,
      (error: unknown) => {
        if (isDuplicateKey(error)) return false;
        throw error;
      },
    );
  };

  const advance = async (version: string, move: CheckpointMove): Promise<boolean> => {
    if (move.from === 0) return insertCheckpoint(version, move);
    const { matchedCount } = await checkpoints.updateOne(
      { _id: `${version}/${move.feedPartition}`, position: move.from },
      { $set: { position: move.to, movedAt: new Date().toISOString() } },
    );
    return matchedCount === 1;
  };

  return {
    // FerretDB blocks every collection while it indexes one, and a crash leaves an index that it cannot create again.
    install: async (version) => {
      await documents(version).model.createIndexes();
    },
    createIndexes: async () => undefined,
    drop: async (version) => {
      await documents(version)
        .model.collection.drop()
        .catch((error: unknown) => {
          if (!isNoCollection(error)) throw error;
        });
      connection.deleteModel(versionName(version));
      await checkpoints.deleteMany({ version: versionName(version) });
    },
    checkpoints: async (version) => {
      const found = await checkpoints.find({ version: versionName(version) }).lean<CheckpointRow[]>();
      return new Map(
        found.map(({ feedPartition, position, movedAt }) => [feedPartition, { position, movedAt }]),
      );
    },
    load: (version, keys) => documents(version).load(keys),
    commit: async (version, { changed, parked, moves }) => {
      if (parked.length > 0) await parkEvents(version, parked);
      const lost = await documents(version).save(changed);
      if (lost.length > 0) return { done: false, lost, moved: [] };
      const name = versionName(version);
      const advanced = await Promise.all(moves.map((move) => advance(name, move)));
      const moved = moves
        .filter((_move, index) => !advanced[index])
        .map(({ feedPartition }) => feedPartition);
      return { done: true, lost, moved };
    },
    get: async (version, key) => {
      const row = await documents(version).model.findById(key).lean<Row>();
      return row ? storedFrom(row).document : undefined;
    },
    list: (version, request) => mongoList(documents(version).model, version, request),
    scan: async function* (version) {
      for await (const row of documents(version).model.find().lean<Row[]>().cursor())
        yield storedFrom(row as Row);
    },
  };
};

/** How many documents one command to this server may name; 1 for FerretDB. */
export const documentsPerCommandOf = async (connection: Connection): Promise<number> => {
  const info = await connection.db!.admin().buildInfo();
  return 'ferretdbVersion' in info ? 1 : DOCUMENTS_PER_COMMAND;
};
