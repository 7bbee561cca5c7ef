import { LRUCache } from 'lru-cache';
import type { StoredDocument } from './checkpoints';

/** Of each view, some 4 kB each. */
const CACHED_DOCUMENTS = 2_000;

/** A load of a document that may be put into the cache. */
type Load = Readonly<{ key: string }>;

/**
 * Documents of a version in the memory of its only writer. Whether one is as stored is known only while no write of it is
 * under way or has failed: such a write takes effect at any time, or never, until another write follows it.
 */
export const documentCache = () => {
  const documents = new LRUCache<string, StoredDocument>({ max: CACHED_DOCUMENTS });
  /** By key, the `rev` on which a write of unknown outcome is based. It has no effect on a document with a later one. */
  const undecided = new Map<string, number>();
  const loads = new Map<string, Load>();

  const isDecided = ({ key, rev }: StoredDocument): boolean => rev > (undecided.get(key) ?? -1);

  const clear = (): void => {
    documents.clear();
    loads.clear();
  };

  return {
    /** As the writer knows it. The guard of the next write fails if another writer has changed it. */
    known: (key: string): StoredDocument | undefined => documents.get(key),
    /** As it is stored now, unless there is another writer. */
    current: (key: string): StoredDocument | undefined => {
      const known = documents.get(key);
      return known && isDecided(known) ? known : undefined;
    },
    delete: (key: string): void => void documents.delete(key),
    clear,
    beginLoad: (key: string): Load => {
      const load = { key };
      loads.set(key, load);
      return load;
    },
    /** Keeps what was loaded, unless a write of it is under way or ended meanwhile. */
    endLoad: (load: Load, loaded: StoredDocument): void => {
      if (loads.get(load.key) !== load) return;
      loads.delete(load.key);
      if (loaded.rev > 0 && isDecided(loaded)) documents.set(load.key, loaded);
    },
    beginWrite: (changed: readonly StoredDocument[]): void => {
      for (const { key, rev } of changed) undecided.set(key, rev);
    },
    /** After a write whose outcome is known. `alone`: no trace of another writer was found. */
    endWrite: (changed: readonly StoredDocument[], alone: boolean): void => {
      for (const { key } of changed) {
        undecided.delete(key);
        loads.delete(key);
      }
      if (!alone) return clear();
      for (const stored of changed) documents.set(stored.key, { ...stored, rev: stored.rev + 1 });
    },
  };
};
