/** The position of a reader in each feed, by `<source>/<partition>`. */
export type Cursor = ReadonlyMap<string, number>;

/** The most feeds in one cursor. */
const MAX_FEEDS = 256;
const ENTRY = /^([a-z][a-z0-9-]{0,40}\/\d{1,4})=(\d{1,15})$/;

/** The text form, sent as the `id` of a live event and returned as `Last-Event-ID`. */
export const formatCursor = (cursor: Cursor): string =>
  [...cursor].map(([feed, position]) => `${feed}=${position}`).join(',');

/** Undefined if the text is not a cursor. */
export const parseCursor = (text: string): Cursor | undefined => {
  const entries = text.split(',').map((entry) => ENTRY.exec(entry));
  if (entries.length > MAX_FEEDS || entries.includes(null)) return undefined;
  return new Map(entries.map((match) => [match![1]!, Number(match![2])]));
};
