import type { EventStore, UniqueKey } from '@bankside/kernel';
import type { MasterKey } from './master-key';

/**
 * How long a key may be used after it was read: when another replica forgets somebody, this one can read the person for
 * so long and no longer.
 */
export const KEY_KEPT_MS = 5_000;
/** Keys in memory at once; the oldest goes first. */
const KEYS_KEPT = 10_000;

type Kept = Readonly<{ key: Buffer; until: number }>;

/** Where the wrapped key of an owner is kept: a row that its first commit inserts and its last one deletes. */
export const keyRowOf = (owner: string): UniqueKey => ({ index: 'key', value: owner });

/** The keys of persons, by stream. They are read when they are needed, and never written here. */
export const keyRing = (
  { ownerOf }: Pick<EventStore, 'ownerOf'>,
  master: () => MasterKey,
  now: () => number = Date.now,
) => {
  const kept = new Map<string, Kept>();

  const keep = (owner: string, key: Buffer): void => {
    kept.delete(owner);
    kept.set(owner, { key, until: now() + KEY_KEPT_MS });
    const [oldest] = kept.size > KEYS_KEPT ? kept.keys() : [];
    if (oldest !== undefined) kept.delete(oldest);
  };

  return {
    keep,
    drop: (owner: string): void => void kept.delete(owner),
    /** Undefined when there is none: the person is forgotten, or was never known. */
    find: async (owner: string): Promise<Buffer | undefined> => {
      const known = kept.get(owner);
      if (known !== undefined && known.until > now()) return known.key;
      kept.delete(owner);
      const wrapped = await ownerOf(keyRowOf(owner));
      if (wrapped === undefined) return undefined;
      const key = master().unwrap(owner, wrapped);
      keep(owner, key);
      return key;
    },
  };
};

export type KeyRing = ReturnType<typeof keyRing>;
