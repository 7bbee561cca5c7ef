import type { Letter, Stored } from '../runner/document';
import { unstored } from '../runner/document';
import { memoryList } from './memory-list';
import { nameOf, type Change, type Generation, type Outcome, type Position, type ViewStore } from './port';

type Kept = Readonly<{
  rows: Map<string, Stored>;
  positions: Map<string, Position>;
}>;

/** Called between the steps of a commit; a throw there is a crash at that moment. */
export type Crash = (moment: string) => void;

/** Views in memory, as little atomic as MongoDB: letters, then each document, then each position. For fast tests. */
export const memoryStore = (crash: Crash = () => undefined) => {
  const generations = new Map<string, Kept>();
  const letters: Letter[] = [];
  const keptOf = (generation: Generation): Kept => {
    const name = nameOf(generation);
    if (!generations.has(name)) generations.set(name, { rows: new Map(), positions: new Map() });
    return generations.get(name)!;
  };

  const commit = async (generation: Generation, change: Change): Promise<Outcome> => {
    const { rows, positions } = keptOf(generation);
    crash('before letters');
    letters.push(...structuredClone(change.letters));
    const lost: string[] = [];
    for (const stored of change.changed) {
      crash('before a document');
      if ((rows.get(stored.key)?.rev ?? 0) === stored.rev)
        rows.set(stored.key, structuredClone({ ...stored, rev: stored.rev + 1 }));
      else lost.push(stored.key);
    }
    if (lost.length > 0) return { done: false, stored: true, lost, moved: [] };
    const moved: string[] = [];
    for (const { place, from, to } of change.moves) {
      crash('before a position');
      if ((positions.get(place)?.position ?? 0) === from)
        positions.set(place, { position: to, movedAt: new Date().toISOString() });
      else moved.push(place);
    }
    crash('after the positions');
    return { done: true, stored: true, lost, moved };
  };

  const store: ViewStore = {
    install: async () => undefined,
    drop: async (generation) => void generations.delete(nameOf(generation)),
    positions: async (generation) => new Map(keptOf(generation).positions),
    load: async (generation, keys) =>
      keys.map((key) => structuredClone(keptOf(generation).rows.get(key) ?? unstored(generation.view, key))),
    commit,
    get: async (generation, key) => structuredClone(keptOf(generation).rows.get(key)?.document),
    list: async (generation, request) =>
      memoryList([...keptOf(generation).rows.values()], generation, request),
    scan: async function* (generation) {
      yield* structuredClone([...keptOf(generation).rows.values()]);
    },
  };
  return { ...store, letters: (): readonly Letter[] => letters };
};
