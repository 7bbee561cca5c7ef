import type { FeedEvent } from '@bankside/feed';
import type { Place } from '../runner/document';
import type { View } from '../view';

/** One build of a view. A rebuild makes the next one beside it. */
export type Generation = Readonly<{ view: View; number: number }>;

/** The events of one place behind the position `from`, up to `to`, in order. */
export type Run = Readonly<{ place: Place; from: number; to: number; events: readonly FeedEvent[] }>;

/** A page of documents; `after` is the cursor that the page before ended with. */
export type ListRequest = Readonly<{ by: string; value: string; limit: number; after?: string }>;
export type ListPage = Readonly<{ documents: readonly object[]; next?: string }>;

/** Where the documents of views are kept, with the positions up to which they are complete. */
export type ViewStore = Readonly<{
  install: (generation: Generation) => Promise<void>;
  position: (generation: Generation, place: Place) => Promise<number>;
  /**
   * Makes the effect of the runs durable, then the positions. Called for one batch of a generation at a time.
   * @returns the places whose position was no longer there: another replica has applied those events
   */
  apply: (generation: Generation, runs: readonly Run[]) => Promise<readonly Place[]>;
  get: (generation: Generation, key: string) => Promise<object | undefined>;
  list: (generation: Generation, request: ListRequest) => Promise<ListPage>;
}>;
