/** Where a page ended: the value that documents are sorted by, then the key of the last one. */
export type Cursor = Readonly<{ sort: string; key: string }>;

/** @throws SyntaxError for a text that is no cursor */
export const cursorFrom = (text: string): Cursor => {
  const [sort, key] = JSON.parse(text) as readonly unknown[];
  if (typeof sort !== 'string' || typeof key !== 'string') throw new SyntaxError('not a cursor');
  return { sort, key };
};

export const cursorOf = (sort: unknown, key: string): string => JSON.stringify([sort, key]);
