import type { EventEnvelope } from '@bankside/contracts';

/** A source and a partition of its feed: `accounts/0`. */
export type FeedPartition = string;

export const feedPartitionOf = ({
  source,
  feedpartition,
}: Pick<EventEnvelope, 'source' | 'feedpartition'>): FeedPartition => `${source}/${feedpartition}`;

/** The position of a feed partition up to which a version has all events. */
export type Checkpoint = Readonly<{ position: number; movedAt: string }>;

/** Consecutive events of a feed partition: those behind position `from`, up to `to`. */
export type PartitionBatch = Readonly<{
  feedPartition: FeedPartition;
  from: number;
  to: number;
  events: readonly EventEnvelope[];
}>;
export type CheckpointMove = Omit<PartitionBatch, 'events'>;

/** A stream whose events a document lacks from a position on, because one of them could not be applied. */
export type BlockedStream = Readonly<{ source: string; stream: string; from: number }>;

/** A document with what makes writing it idempotent. */
export type StoredDocument = Readonly<{
  key: string;
  /** Number of writes; 0 for a document that is not stored yet. */
  rev: number;
  /** By feed partition, the position up to which the document's events are applied or parked. */
  applied: Readonly<Record<FeedPartition, number>>;
  blocked: readonly BlockedStream[];
  document: object;
}>;

/** The projection does not have the required events yet. */
export class StaleReadError extends Error {
  override name = 'StaleReadError';
}
