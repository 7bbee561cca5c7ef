import type { EventStore, UniqueKey } from '@bankside/kernel';
import { expiringCache } from '@bankside/std/expiring-cache';
import type { MasterKey } from './master-key';

/** How long a key is cached: after another replica forgot a person, this replica can read the person for that long. */
export const KEY_TTL_MS = 5_000;
const CACHED_KEYS = 10_000;

/** The row with the wrapped key of an owner. The owner's first commit inserts it, the forgetting one deletes it. */
export const keyRowOf = (owner: string): UniqueKey => ({ index: 'key', value: owner });

/** Reads and caches the keys of persons, by stream. It never stores one. */
export const keyRing = (
  { ownerOf }: Pick<EventStore, 'ownerOf'>,
  master: () => MasterKey,
  now: () => number = Date.now,
) => {
  const keys = expiringCache<Buffer>(CACHED_KEYS);
  const keep = (owner: string, key: Buffer): void => keys.set(owner, key, now() + KEY_TTL_MS);

  return {
    keep,
    drop: keys.delete,
    /** Undefined if there is no key: the person is forgotten or was never stored. */
    find: async (owner: string): Promise<Buffer | undefined> => {
      const cached = keys.get(owner, now());
      if (cached !== undefined) return cached;
      const wrapped = await ownerOf(keyRowOf(owner));
      if (wrapped === undefined) return undefined;
      const key = master().unwrap(owner, wrapped);
      keep(owner, key);
      return key;
    },
  };
};
