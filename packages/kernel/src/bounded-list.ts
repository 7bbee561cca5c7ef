/**
 * How many completed operations of each kind a state keeps, to recognize a repeat. This bounds the state of a stream of
 * any length: a repeat usually follows within seconds, before as many others. (The store keeps the recorded outcome of a
 * command id for longer.)
 */
export const MAX_REMEMBERED = 256;

/**
 * Returns the list with `item` appended, without its oldest item once it is full. A list rather than an object by id,
 * since JavaScript moves integer-like keys to the front, so an object could not drop its oldest entry.
 */
export const appendBounded = <T>(list: readonly T[], item: T): readonly T[] => {
  const kept = list.length < MAX_REMEMBERED ? list.slice() : list.slice(list.length - MAX_REMEMBERED + 1);
  kept.push(item);
  return kept;
};

/**
 * Whether an item that is not in the list may have been evicted, so that only the history knows. Items in the older half
 * count as evicted, since further commands may evict them between this check and the decision.
 */
export const mayHaveBeenEvicted = <T>(list: readonly T[], isItem: (item: T) => boolean): boolean =>
  list.length > MAX_REMEMBERED / 2 && !list.slice(-MAX_REMEMBERED / 2).some(isItem);
