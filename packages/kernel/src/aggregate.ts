import type { Decider, Types } from './decider';
import type { Upcasters, UniqueKey } from './event-store';

/** The unique values that the events of one command claim and release, and those that nothing may own meanwhile. */
export type Uniques = Readonly<{
  claims?: readonly UniqueKey[];
  releases?: readonly UniqueKey[];
  absent?: readonly UniqueKey[];
}>;

/** A decider, and what it takes to store its events. */
export type Aggregate<T extends Types> = Decider<T> &
  Readonly<{
    /** Increment when the shape of the state or the meaning of `evolve` changes: older snapshots are then ignored. */
    version: number;
    /** The name of the stream, stored forever: `account-1234567890`. */
    streamOf: (id: string) => string;
    upcasters?: Upcasters;
    /**
     * Types of commands that begin a stream. If its state is not cached they are decided as on an empty stream, which saves
     * the read: the append fails if the stream has a commit, and a fresh read then decides. Prepared commands of the
     * aggregate are prepared for an empty stream first, since their type is not known before.
     */
    begunBy?: readonly T['command']['type'][];
    /** A pure function of its arguments. `state` is the state before the events. */
    uniques?: (events: readonly T['event'][], state: T['state']) => Uniques;
    /** By index: the rejection if a claimed value belongs to another stream, or one that must be absent to any. */
    uniqueViolation?: Readonly<Record<string, T['rejection']>>;
  }>;
