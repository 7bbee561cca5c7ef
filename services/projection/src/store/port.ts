import type { EventEnvelope } from '@bankside/contracts';
import type { Letter, Place, Stored } from '../runner/document';
import type { View } from '../view';

/** One build of a view. A rebuild makes the next one beside it. */
export type Generation = Readonly<{ view: View; number: number }>;

/** Where a generation is kept: names of tables and collections, and of its leases. */
export const nameOf = ({ view, number }: Generation): string => `${view.name}.${number}`;

/** The events of one place behind the position `from`, up to `to`, in order. */
export type Run = Readonly<{ place: Place; from: number; to: number; events: readonly EventEnvelope[] }>;
export type Move = Omit<Run, 'events'>;

/** One step forward of a generation. */
export type Change = Readonly<{
  changed: readonly Stored[];
  moves: readonly Move[];
  /** What could not be applied, kept before anything else: a document that lacks an event says so. */
  letters: readonly Letter[];
}>;

export type Outcome = Readonly<{
  /** Whether the positions moved. If not, the change is to be made again, without what was moved and with what was lost read anew. */
  done: boolean;
  /** Whether the documents that were not lost are stored; without `done` it depends on the store. */
  stored: boolean;
  /** Keys of documents that another writer has changed since they were loaded. */
  lost: readonly string[];
  /** Places whose position another writer has moved. */
  moved: readonly Place[];
}>;

export type Position = Readonly<{ position: number; movedAt: string }>;

/** A page of documents; `after` is the cursor that the page before ended with. */
export type ListRequest = Readonly<{ by: string; value: string; limit: number; after?: string }>;
export type ListPage = Readonly<{ documents: readonly object[]; next?: string }>;

/**
 * Where the documents of views are kept, with the positions up to which they are complete. A generation has one writer
 * at a time; should there be two for a moment, what the slower one does has no effect.
 */
export type ViewStore = Readonly<{
  install: (generation: Generation) => Promise<void>;
  drop: (generation: Generation) => Promise<void>;
  positions: (generation: Generation) => Promise<ReadonlyMap<Place, Position>>;
  load: (generation: Generation, keys: readonly string[]) => Promise<readonly Stored[]>;
  commit: (generation: Generation, change: Change) => Promise<Outcome>;
  get: (generation: Generation, key: string) => Promise<object | undefined>;
  list: (generation: Generation, request: ListRequest) => Promise<ListPage>;
  /** Every document, in no order. */
  scan: (generation: Generation) => AsyncIterable<Stored>;
}>;

/** Where events wait that a view could not apply. */
export type KeepLetters = (generation: Generation, letters: readonly Letter[]) => Promise<void>;
