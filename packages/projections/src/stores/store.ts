import type { EventEnvelope } from '@bankside/contracts';
import type { ParkedEvent, FeedPartition, StoredDocument } from '../fold';
import type { Projection } from '../projection';

/** One build of a view. A rebuild makes the next one beside it. */
export type ProjectionVersion = Readonly<{ projection: Projection; number: number }>;

/** Names its table or collection: `statement.3`. */
export const versionName = ({ projection, number }: ProjectionVersion): string =>
  `${projection.name}.${number}`;

/** The lease of the only writer of a partition: `statement.3/0`. */
export const leaseName = (version: ProjectionVersion, partition: number): string =>
  `${versionName(version)}/${partition}`;

/** The events of one place behind the position `from`, up to `to`, in order. */
export type PartitionBatch = Readonly<{
  feedPartition: FeedPartition;
  from: number;
  to: number;
  events: readonly EventEnvelope[];
}>;
export type CheckpointMove = Omit<PartitionBatch, 'events'>;

/** One step forward of a generation. */
export type Change = Readonly<{
  changed: readonly StoredDocument[];
  moves: readonly CheckpointMove[];
  /** What could not be applied, kept before anything else: a document that lacks an event says so. */
  parked: readonly ParkedEvent[];
}>;

export type CommitOutcome = Readonly<{
  /** Whether the positions moved. If not, the change is to be made again, without what was moved and with what was lost read anew. */
  done: boolean;
  /** Whether the documents that were not lost are stored; without `done` it depends on the store. */
  stored: boolean;
  /** Keys of documents that another writer has changed since they were loaded. */
  lost: readonly string[];
  /** Places whose position another writer has moved. */
  moved: readonly FeedPartition[];
}>;

export type Checkpoint = Readonly<{ position: number; movedAt: string }>;

/** A page of documents; `after` is the cursor that the page before ended with. */
export type ListRequest = Readonly<{ by: string; value: string; limit: number; after?: string }>;
export type ListPage = Readonly<{ documents: readonly object[]; next?: string }>;

/**
 * Where the documents of views are kept, with the positions up to which they are complete. A generation has one writer
 * at a time; should there be two for a moment, what the slower one does has no effect.
 */
export type ProjectionStore = Readonly<{
  install: (version: ProjectionVersion) => Promise<void>;
  drop: (version: ProjectionVersion) => Promise<void>;
  checkpoints: (version: ProjectionVersion) => Promise<ReadonlyMap<FeedPartition, Checkpoint>>;
  load: (version: ProjectionVersion, keys: readonly string[]) => Promise<readonly StoredDocument[]>;
  commit: (version: ProjectionVersion, change: Change) => Promise<CommitOutcome>;
  get: (version: ProjectionVersion, key: string) => Promise<object | undefined>;
  list: (version: ProjectionVersion, request: ListRequest) => Promise<ListPage>;
  /** Every document, in no order. */
  scan: (version: ProjectionVersion) => AsyncIterable<StoredDocument>;
}>;

/** Where events wait that a view could not apply. */
export type ParkEvents = (version: ProjectionVersion, letters: readonly ParkedEvent[]) => Promise<void>;
