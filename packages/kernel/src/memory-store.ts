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

  return {
    read: async (stream, after, limit) =>
      structuredClone((streams.get(stream) ?? []).slice(after, after + limit)),
    append: async (append) => {
      if (conflicts(append)) throw new VersionConflict(append.commandId);
      const { commandId, outcome, commit, claims = [], releases = [] } = structuredClone(append);
      outcomes.set(commandId, outcome);
      for (const key of releases) owners.delete(keyOf(key));
      for (const claim of claims) owners.set(keyOf(claim), claim.owner ?? outcome.stream);
      if (commit) streams.set(commit.stream, [...(streams.get(commit.stream) ?? []), commit]);
    },
    outcomeOf: async (commandId) => outcomes.get(commandId),
    ownerOf: async (key) => owners.get(keyOf(key)),
    loadSnapshot: async (stream) => structuredClone(snapshots.get(stream)),
    saveSnapshot: async (stream, snapshot) => void snapshots.set(stream, structuredClone(snapshot)),
  };
};
