/** How far a reader is in the feeds: `<source>/<partition>` to position. */
export type Cursor = ReadonlyMap<string, number>;

/** Feeds in one cursor; more come from no gateway. */
const MAX_FEEDS = 256;
const ENTRY = /^([a-z][a-z0-9-]{0,40}\/\d{1,4})=(\d{1,15})$/;

/** As it stands in the `id` of a live event, and comes back as `Last-Event-ID`. */
export const formatCursor = (cursor: Cursor): string =>
  [...cursor].map(([feed, position]) => `${feed}=${position}`).join(',');

/** Undefined for a text that is no cursor. */
export const parseCursor = (text: string): Cursor | undefined => {
  const entries = text.split(',').map((entry) => ENTRY.exec(entry));
  if (entries.length > MAX_FEEDS || entries.includes(null)) return undefined;
  return new Map(entries.map((match) => [match![1]!, Number(match![2])]));
};
