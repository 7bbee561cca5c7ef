import type { ParkedEvent } from '@bankside/feed';
import type { Checkpoint, CheckpointMove, FeedPartition, StoredDocument } from '../checkpoints';
import type { Projection, ProjectionVersion } from '../projection';

export const newDocument = (projection: Projection, key: string): StoredDocument => ({
  key,
  rev: 0,
  applied: {},
  blocked: [],
  document: projection.initial(key),
});

/** One step forward of a version. */
export type Change = Readonly<{
  changed: readonly StoredDocument[];
  moves: readonly CheckpointMove[];
  /** Stored before the documents, which will not accept these events again. */
  parked: readonly ParkedEvent[];
}>;

export type CommitOutcome = Readonly<{
  /**
   * Whether the checkpoints moved. If not, retry without `moved` and with the documents loaded again: whether those that
   * are not `lost` are stored depends on the store.
   */
  done: boolean;
  /** Keys of documents that another writer has changed since they were loaded. */
  lost: readonly string[];
  /** Feed partitions whose checkpoint another writer has moved. */
  moved: readonly FeedPartition[];
}>;

/** A page of documents. `after` is the `next` of the previous page. */
export type ListRequest = Readonly<{ by: string; value: string; limit: number; after?: string }>;
export type ListPage = Readonly<{ documents: readonly object[]; next?: string }>;

/**
 * Keeps the documents and checkpoints of versions. A version has one writer at a time; if two overlap for a moment, the
 * slower one has no effect.
 */
export type ProjectionStore = Readonly<{
  /** Creates what a version is stored in. Idempotent. */
  install: (version: ProjectionVersion) => Promise<void>;
  /**
   * Creates the indexes of the lists, unless `install` does. Called by the writer of the version, once it has most of its
   * documents: the indexes of a full table take a fraction of what its rows cost when they are inserted into each.
   * Idempotent; a crash leaves an index whole or absent.
   */
  createIndexes: (version: ProjectionVersion) => Promise<void>;
  drop: (version: ProjectionVersion) => Promise<void>;
  checkpoints: (version: ProjectionVersion) => Promise<ReadonlyMap<FeedPartition, Checkpoint>>;
  /** One document per key; an initial one with `rev` 0 where none is stored. */
  load: (version: ProjectionVersion, keys: readonly string[]) => Promise<readonly StoredDocument[]>;
  commit: (version: ProjectionVersion, change: Change) => Promise<CommitOutcome>;
  get: (version: ProjectionVersion, key: string) => Promise<object | undefined>;
  list: (version: ProjectionVersion, request: ListRequest) => Promise<ListPage>;
  /** Every document, in no particular order. */
  scan: (version: ProjectionVersion) => AsyncIterable<StoredDocument>;
}>;

/** Stores events that could not be applied as dead letters. */
export type ParkEvents = (version: ProjectionVersion, parked: readonly ParkedEvent[]) => Promise<void>;

/** The last document of a page: its sort value and key. */
export type Cursor = Readonly<{ sort: string; key: string }>;

/** Of a cursor whose form the route has checked. */
export const parseCursor = (text: string): Cursor => {
  const [sort, key] = JSON.parse(text) as readonly [string, string];
  return { sort, key };
};

export const serializeCursor = (sort: unknown, key: string): string => JSON.stringify([sort, key]);
