import type { Decider, Message } from './decider';
import type { Upcasters, UniqueKey } from './event-store';

/** What the events of one command claim and give back in the unique indexes of the service. */
export type Uniques = Readonly<{ claims?: readonly UniqueKey[]; releases?: readonly UniqueKey[] }>;

/** A decider with what storing it takes. */
export type Aggregate<S, C extends Message, E extends Message, R extends string> = Decider<S, C, E, R> &
  Readonly<{
    /** Raise it when the state's shape or the meaning of `evolve` changes: older snapshots are then ignored. */
    version: number;
    /** The stream's name, stored for ever: `account-1234567890`. */
    streamOf: (id: string) => string;
    upcasters?: Upcasters;
    /** Must depend on its arguments alone. `state` is the one before the events. */
    uniques?: (events: readonly E[], state: S) => Uniques;
    /** The rejection when a value of that index belongs to another stream. */
    uniqueViolation?: Readonly<Record<string, R>>;
  }>;
