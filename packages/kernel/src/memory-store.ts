import {
  VersionConflict,
  type RecordedOutcome,
  type Append,
  type Commit,
  type EventStore,
  type Snapshot,
  type UniqueKey,
} from './event-store';

const keyOf = ({ index, value }: UniqueKey): string => JSON.stringify([index, value]);

/** An event store for fast tests. It passes the same contract tests as the one on a database. */
export const memoryStore = (): EventStore => {
  const streams = new Map<string, Commit[]>();
  const outcomes = new Map<string, RecordedOutcome>();
  const owners = new Map<string, string>();
  const snapshots = new Map<string, Snapshot>();

  const conflicts = ({ commandId, commit, claims = [], releases = [], absent = [] }: Append): boolean => {
    const released = new Set(releases.map(keyOf));
    return (
      outcomes.has(commandId) ||
      (commit !== undefined && commit.revision !== (streams.get(commit.stream)?.length ?? 0) + 1) ||
      absent.some((key) => owners.has(keyOf(key))) ||
      claims.some((claim) => owners.has(keyOf(claim)) && !released.has(keyOf(claim)))
    );
  };

  const set = <V>(map: Map<string, V>, key: string, value: V | undefined): (() => void) => {
    const before = map.get(key);
    if (value === undefined) map.delete(key);
    else map.set(key, value);
    return () => void set(map, key, before);
  };

  /** @returns what takes it back */
  const write = ({ commandId, outcome, commit, claims = [], releases = [] }: Append): (() => void) => {
    const undo = [
      set(outcomes, commandId, outcome),
      ...releases.map((key) => set(owners, keyOf(key), undefined)),
      ...claims.map((claim) => set(owners, keyOf(claim), claim.owner ?? outcome.stream)),
      ...(commit ? [set(streams, commit.stream, [...(streams.get(commit.stream) ?? []), commit])] : []),
    ];
    return () => {
      for (const step of undo.reverse()) step();
    };
  };

  return {
    read: async (stream, after, limit) =>
      structuredClone((streams.get(stream) ?? []).slice(after, after + limit)),
    append: async (...appends) => {
      const undo: (() => void)[] = [];
      for (const append of appends) {
        if (conflicts(append)) {
          for (const step of undo.reverse()) step();
          throw new VersionConflict(append.commandId);
        }
        undo.push(write(structuredClone(append)));
      }
    },
    outcomeOf: async (commandId) => outcomes.get(commandId),
    ownerOf: async (key) => owners.get(keyOf(key)),
    loadSnapshot: async (stream) => structuredClone(snapshots.get(stream)),
    saveSnapshot: async (stream, snapshot) => void snapshots.set(stream, structuredClone(snapshot)),
  };
};
