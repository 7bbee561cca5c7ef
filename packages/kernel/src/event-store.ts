import type { Message } from './decider';

/** An event as it is stored for ever; `version` counts from 1 and is what upcasters go by. */
export type StoredEvent = Readonly<{ type: string; version: number; data: object }>;

/** What one command added to a stream. Revisions of a stream count 1, 2, 3 … without gaps. */
export type Commit = Readonly<{
  stream: string;
  revision: number;
  events: readonly StoredEvent[];
  commandId: string;
  /** When it was decided, ISO 8601 UTC. */
  at: string;
  /** Who asked for it: the subject of the caller's token. */
  actor?: string;
  /** W3C traceparent of the request. */
  trace?: string;
}>;

/**
 * The first answer to a command id, kept so that a repeat gets the same one.
 * `revision` is that of the stream after the command.
 */
export type RecordedOutcome = Readonly<{
  /** Digest of the request; another request under the same id is refused. */
  fingerprint: string;
  stream: string;
  revision: number;
  rejected?: string;
}>;

/** A value that at most one owner may hold in an index, such as a mobile number. */
export type UniqueKey = Readonly<{ index: string; value: string }>;

/** Takes a unique value. `owner` is what `ownerOf` then says; default: the stream. */
export type Claim = UniqueKey & Readonly<{ owner?: string }>;

/** One atomic write: all of it or nothing. Without `commit` only the answer is kept: a rejection, or that there was nothing to do. */
export type Append = Readonly<{
  commandId: string;
  outcome: RecordedOutcome;
  commit?: Commit;
  claims?: readonly Claim[];
  releases?: readonly UniqueKey[];
}>;

/** A saved fold. Losing one costs time only. `deciderVersion` other than the running one makes it void. */
export type Snapshot = Readonly<{ revision: number; deciderVersion: number; state: unknown }>;

/** What a command handler needs of a database. Every method throws on an outage; the caller may retry. */
export type EventStore = Readonly<{
  /** Commits with a revision over `after`, oldest first, without a gap, at most `limit`. */
  read: (stream: string, after: number, limit: number) => Promise<readonly Commit[]>;
  /**
   * Inserts the commit, the answer and the claims, each only if absent, and deletes the releases: all or nothing.
   * @throws VersionConflict if any of them was there: read the answer, the owners and the stream to see which.
   */
  append: (append: Append) => Promise<void>;
  outcomeOf: (commandId: string) => Promise<RecordedOutcome | undefined>;
  /** The stream that holds a unique value, or what its claim named instead. */
  ownerOf: (key: UniqueKey) => Promise<string | undefined>;
  loadSnapshot: (stream: string) => Promise<Snapshot | undefined>;
  saveSnapshot: (stream: string, snapshot: Snapshot) => Promise<void>;
}>;

export class VersionConflict extends Error {
  override name = 'VersionConflict';
}

/** Lifts the data of an old version to the next one. The first lifts version 1 to 2, and so on. Never edits a stored event. */
export type Upcasters = Readonly<Record<string, readonly ((data: never) => object)[]>>;

export const currentVersion = (upcasters: Upcasters, type: string): number =>
  (upcasters[type]?.length ?? 0) + 1;

export const upcast = <E extends Message>(upcasters: Upcasters, event: StoredEvent): E => {
  const steps = (upcasters[event.type] ?? []).slice(event.version - 1);
  const data = steps.reduce<object>((older, step) => step(older as never), event.data);
  return { type: event.type, data } as Message as E; // The stream is ours: its types are those that the decider wrote.
};
