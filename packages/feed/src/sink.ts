import type { EventEnvelope } from '@bankside/contracts';
/** Where a consumer keeps the effect of events together with its position. Replicas share it. */
export type Sink = Readonly<{
  /** The position up to which every event has had its effect; 0 at first. */
  position: (partition: number) => Promise<number>;
  /**
   * Makes the effect of the events and the position `to` durable together, if the position is `from`.
   * The events are those of the positions `from + 1` to `to`, in order.
   * @throws PositionMoved if it is not; anything else is an outage, and nothing has happened or everything has
   */
  apply: (partition: number, events: readonly EventEnvelope[], from: number, to: number) => Promise<void>;
}>;

/** Another replica was faster. */
export class PositionMoved extends Error {
  override name = 'PositionMoved';
}

/** An event that can't be applied, however often one tries. Its stream is held back, the others go on. */
export class Poison extends Error {
  override name = 'Poison';
}
