/** The fold of a stream up to a revision. Revision 0 means a stream without commits. `at` is the time of its last commit. */
export type Folded<S> = Readonly<{ revision: number; state: S; at?: string }>;

export type StateCache<S> = Readonly<{
  get: (stream: string) => Folded<S> | undefined;
  set: (stream: string, folded: Folded<S>) => void;
  drop: (stream: string) => void;
}>;

/** Keeps the `limit` most recently used states. A `Map` iterates in insertion order, so its first key is the oldest. */
export const stateCache = <S>(limit: number): StateCache<S> => {
  const entries = new Map<string, Folded<S>>();
  return {
    get: (stream) => {
      const found = entries.get(stream);
      if (found === undefined) return undefined;
      entries.delete(stream);
      entries.set(stream, found);
      return found;
    },
    set: (stream, folded) => {
      const known = entries.get(stream);
      if (known !== undefined && known.revision > folded.revision) return; // A slower reader must not replace a newer state.
      entries.delete(stream);
      entries.set(stream, folded);
      if (entries.size <= limit) return;
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    },
    drop: (stream) => void entries.delete(stream),
  };
};
