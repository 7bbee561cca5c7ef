import type { StoredDocument, Checkpoint } from '../checkpoints';
import {
  parseCursor,
  serializeCursor,
  type ListPage,
  type ListRequest,
  type Change,
  type CommitOutcome,
  type ProjectionStore,
  newDocument,
} from './store';
import { listDefinition, type ProjectionVersion, versionName } from '../projection';
import { setImmediate } from 'node:timers/promises';
import type { ParkedEvent } from '@bankside/feed';

const fieldOf = ({ document }: StoredDocument, name: string): string =>
  (document as Record<string, string>)[name]!;

const has = (stored: StoredDocument, by: string, value: string): boolean => {
  const field: unknown = (stored.document as Record<string, unknown>)[by];
  return Array.isArray(field) ? field.includes(value) : field === value;
};

const memoryList = (
  rows: readonly StoredDocument[],
  { projection }: ProjectionVersion,
  { by, value, limit, after }: ListRequest,
): ListPage => {
  const { sort, descending = false } = listDefinition(projection, by);
  const compare = (a: readonly [string, string], b: readonly [string, string]): number => {
    const index = a[0] === b[0] ? 1 : 0;
    const order = a[index] === b[index] ? 0 : a[index] < b[index] ? -1 : 1;
    return descending ? -order : order;
  };
  const placeOf = (stored: StoredDocument) => [fieldOf(stored, sort), stored.key] as const;
  const sorted = rows
    .filter((stored) => has(stored, by, value))
    .sort((a, b) => compare(placeOf(a), placeOf(b)));
  const last = after === undefined ? undefined : parseCursor(after);
  const rest = last ? sorted.filter((stored) => compare(placeOf(stored), [last.sort, last.key]) > 0) : sorted;
  const page = rest.slice(0, limit);
  const end = page.at(-1);
  return {
    documents: page.map(({ document }) => document),
    ...(rest.length > limit && end && { next: serializeCursor(fieldOf(end, sort), end.key) }),
  };
};

type Kept = Readonly<{
  rows: Map<string, StoredDocument>;
  positions: Map<string, Checkpoint>;
}>;

/** Called between the steps of a commit. A throw simulates a crash at that moment. */
export type Crash = (moment: string) => void;

/**
 * A store in memory that is no more atomic than MongoDB: dead letters, then each document, then each checkpoint. With
 * `late` writes it is no more atomic than FerretDB: other work may run between the guard of a document and its write.
 */
export const memoryStore = (crash: Crash = () => undefined, writes: 'at once' | 'late' = 'at once') => {
  const versions = new Map<string, Kept>();
  const parked: ParkedEvent[] = [];
  const keptOf = (version: ProjectionVersion): Kept => {
    const name = versionName(version);
    if (!versions.has(name)) versions.set(name, { rows: new Map(), positions: new Map() });
    return versions.get(name)!;
  };

  /** @returns false when another writer has changed the document */
  const save = async (rows: Kept['rows'], stored: StoredDocument): Promise<boolean> => {
    const current = (rows.get(stored.key)?.rev ?? 0) === stored.rev;
    if (writes === 'late') await setImmediate();
    if (current) rows.set(stored.key, structuredClone({ ...stored, rev: stored.rev + 1 }));
    return current;
  };

  const commit = async (version: ProjectionVersion, change: Change): Promise<CommitOutcome> => {
    const { rows, positions } = keptOf(version);
    crash('before dead letters');
    parked.push(...structuredClone(change.parked));
    const lost: string[] = [];
    for (const stored of change.changed) {
      crash('before a document');
      if (!(await save(rows, stored))) lost.push(stored.key);
    }
    if (lost.length > 0) return { done: false, lost, moved: [] };
    const moved: string[] = [];
    for (const { feedPartition, from, to } of change.moves) {
      crash('before a checkpoint');
      if ((positions.get(feedPartition)?.position ?? 0) === from)
        positions.set(feedPartition, { position: to, movedAt: new Date().toISOString() });
      else moved.push(feedPartition);
    }
    crash('after the checkpoints');
    return { done: true, lost, moved };
  };

  const store: ProjectionStore = {
    install: async () => undefined,
    createIndexes: async () => undefined,
    drop: async (version) => void versions.delete(versionName(version)),
    checkpoints: async (version) => new Map(keptOf(version).positions),
    load: async (version, keys) =>
      keys.map((key) =>
        structuredClone(keptOf(version).rows.get(key) ?? newDocument(version.projection, key)),
      ),
    commit,
    get: async (version, key) => structuredClone(keptOf(version).rows.get(key)?.document),
    list: async (version, request) => memoryList([...keptOf(version).rows.values()], version, request),
    scan: async function* (version) {
      yield* structuredClone([...keptOf(version).rows.values()]);
    },
  };
  return { ...store, parked: (): readonly ParkedEvent[] => parked };
};
