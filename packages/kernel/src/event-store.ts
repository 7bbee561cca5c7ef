import type { CausalContext } from '@bankside/std';
import type { Message } from './decider';

/** An event as it is stored forever. `version` counts from 1 and selects the upcasters to apply. */
export type StoredEvent = Readonly<{ type: string; version: number; data: object }>;

/** The events that one command added to a stream. Revisions count 1, 2, 3 … without gaps. */
export type Commit = CausalContext &
  Readonly<{
    stream: string;
    revision: number;
    events: readonly StoredEvent[];
    commandId: string;
    /** When it was decided, ISO 8601 UTC. Never before the commit of the previous revision, whatever the clocks show. */
    at: string;
    /** The subject of the caller's token. */
    actor?: string;
  }>;

/** A commit as a database stores it: the key of its row has its stream and revision. */
export type StoredCommit = Omit<Commit, 'stream' | 'revision'>;

/** A commit with its events in their current version. */
export type UpcastCommit<E extends Message> = Omit<Commit, 'events'> & Readonly<{ events: readonly E[] }>;

/** The outcome recorded under a command id, returned again to a repeat. `revision` is that of the stream after it. */
export type RecordedOutcome = Readonly<{
  /** Digest of the request: a different request under the same id is rejected. */
  fingerprint: string;
  stream: string;
  revision: number;
  /** The reason, if the command was rejected. */
  rejected?: string;
}>;

/** A value that at most one owner may hold in an index, such as a mobile number. */
export type UniqueKey = Readonly<{ index: string; value: string }>;

/** Claims a unique value for `owner`, by default the stream. */
export type Claim = UniqueKey & Readonly<{ owner?: string }>;

/** One atomic write. Without a `commit` it only records the outcome: a rejection, or that nothing was to be done. */
export type Append = Readonly<{
  commandId: string;
  outcome: RecordedOutcome;
  commit?: Commit;
  claims?: readonly Claim[];
  releases?: readonly UniqueKey[];
  /** Values that nothing may own at the time of this append. */
  absent?: readonly UniqueKey[];
}>;

/** A saved fold, which only saves time. It is ignored if `deciderVersion` is not the running one. */
export type Snapshot = Readonly<{ revision: number; deciderVersion: number; state: unknown; at: string }>;

/** The port to a database. Every method throws on an outage, and the caller may retry. */
export type EventStore = Readonly<{
  /** At most `limit` commits with a revision over `after`, oldest first and without a gap. */
  read: (stream: string, after: number, limit: number) => Promise<readonly Commit[]>;
  /**
   * Inserts the commit, the outcome and the claims, each only if absent, and deletes the releases: all or nothing, and
   * nothing if one of `absent` is owned. Several appends are one write, too; no two may have a key in common.
   * @throws VersionConflict if one of them was present; read the outcome, the owners and the stream to see which
   */
  append: (...appends: readonly Append[]) => Promise<void>;
  outcomeOf: (commandId: string) => Promise<RecordedOutcome | undefined>;
  /** The owner of a unique value: the stream that claimed it, or the `owner` named in its claim. */
  ownerOf: (key: UniqueKey) => Promise<string | undefined>;
  loadSnapshot: (stream: string) => Promise<Snapshot | undefined>;
  saveSnapshot: (stream: string, snapshot: Snapshot) => Promise<void>;
}>;

export class VersionConflict extends Error {
  override name = 'VersionConflict';
}

/** By event type, functions that lift the data of one version to the next: the first lifts version 1 to 2, and so on. */
export type Upcasters = Readonly<Record<string, readonly ((data: never) => object)[]>>;

export const currentVersion = (upcasters: Upcasters, type: string): number =>
  (upcasters[type]?.length ?? 0) + 1;

export const upcast = <E extends Message>(upcasters: Upcasters, event: StoredEvent): E => {
  const steps = (upcasters[event.type] ?? []).slice(event.version - 1);
  const data = steps.reduce<object>((older, step) => step(older as never), event.data);
  return { type: event.type, data } as Message as E; // The decider wrote this stream, so its types are those of E.
};
