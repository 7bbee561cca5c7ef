import type { EventEnvelope } from '@bankside/contracts';
import type { DeliveredHow } from '@bankside/contracts/http/stories';
import { isOutage } from '@bankside/std';

/** The positions between which a checkpoint moves, and how the consumer came by the events between them. */
export type CheckpointMove = Readonly<{ from: number; to: number; how: DeliveredHow }>;

/** Where a consumer stores the effect of events together with its checkpoint. Replicas share it. */
export type Sink = Readonly<{
  /** The checkpoint: every event up to it has had its effect. 0 at first. */
  position: (partition: number) => Promise<number>;
  /**
   * Makes the effect of the events and the checkpoint `to` durable together, if the checkpoint is `from`.
   * The events are those of the positions `from + 1` to `to`, in order.
   * @throws PositionMoved if it is not; after any other error the effect is durable as a whole or not at all
   */
  apply: (partition: number, events: readonly EventEnvelope[], move: CheckpointMove) => Promise<void>;
}>;

/** Another replica has applied these events. */
export class PositionMoved extends Error {
  override name = 'PositionMoved';
}

/** An event that no retry can apply. It is parked at once; its stream waits behind it, other streams continue. */
export class Poison extends Error {
  override name = 'Poison';
}

/** PostgreSQL: serialization failure, deadlock, lock not available; a database without the tables or rights of this release. */
const RETRIABLE = new Set(['40001', '40P01', '55P03', '3F000', '42P01', '42501']);

/**
 * Whether the failure has nothing to do with the event: an outage, a conflict with another
 * writer, or a database that is not migrated. Such events are never parked.
 */
export const isTransient = (error: unknown): boolean => {
  if (isOutage(error)) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as Readonly<{ code?: unknown }>;
  return error.name === 'VersionConflict' || (typeof code === 'string' && RETRIABLE.has(code));
};
