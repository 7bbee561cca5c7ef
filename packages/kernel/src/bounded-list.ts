/**
 * Operations that are over and remembered per stream and kind, so that a repeat is known. Bounds the state of a
 * stream of any length: a repeat comes within seconds, and until then fewer than this many others have come.
 * (The first answer to a command id is kept by the store for longer.)
 */
export const MAX_REMEMBERED = 256;

/**
 * The list with `item` as its newest, without the oldest once it is full. A list, not an object by id: JavaScript
 * moves keys that look like numbers to the front, so an object would forget its newest first.
 */
export const appendBounded = <T>(list: readonly T[], item: T): readonly T[] => {
  const kept = list.length < MAX_REMEMBERED ? list.slice() : list.slice(list.length - MAX_REMEMBERED + 1);
  kept.push(item);
  return kept;
};

/**
 * Whether an item that is not found may have been there once, so that only the history knows. The older half counts as
 * forgotten, lest commands decided between this look and the next decision make it wrong.
 */
export const mayHaveBeenEvicted = <T>(list: readonly T[], isIt: (item: T) => boolean): boolean =>
  list.length > MAX_REMEMBERED / 2 && !list.slice(-MAX_REMEMBERED / 2).some(isIt);
