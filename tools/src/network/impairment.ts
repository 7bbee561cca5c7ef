export type Direction = 'forward' | 'backward';

/** A fault of a link. Forward is from the process that opens connections, backward is to it. */
export type Impairment = Readonly<{
  /** Bytes and new connections are withheld until the impairment ends, as TCP would retransmit them then. */
  drop?: 'both' | Direction;
  latencyMs?: number;
  /** Up to this much is added to the latency at random. TCP keeps the order. */
  jitterMs?: number;
  bytesPerSecond?: number;
}>;

/** The impairments of one direction of a link together. */
export type Conditions = Readonly<{
  drops: boolean;
  latencyMs: number;
  jitterMs: number;
  bytesPerSecond: number;
}>;

export const conditionsOf = (impairments: readonly Impairment[], direction: Direction): Conditions => ({
  drops: impairments.some(({ drop }) => drop === 'both' || drop === direction),
  latencyMs: impairments.reduce((sum, { latencyMs = 0 }) => sum + latencyMs, 0),
  jitterMs: impairments.reduce((sum, { jitterMs = 0 }) => sum + jitterMs, 0),
  bytesPerSecond: Math.min(...impairments.map(({ bytesPerSecond = Infinity }) => bytesPerSecond)),
});
