/** Where a page ended: the value that documents are sorted by, then the key of the last one. */
export type Cursor = Readonly<{ sort: string; key: string }>;

/** Control characters and halves of a pair: in no value and no key, and PostgreSQL takes some for an error. */
const IMPOSSIBLE = /[\p{Cc}\p{Cs}]/u;

/** @throws SyntaxError for a text that is no cursor */
export const cursorFrom = (text: string): Cursor => {
  const [sort, key] = JSON.parse(text) as readonly unknown[];
  if (typeof sort !== 'string' || typeof key !== 'string' || IMPOSSIBLE.test(sort + key))
    throw new SyntaxError('not a cursor');
  return { sort, key };
};

export const cursorOf = (sort: unknown, key: string): string => JSON.stringify([sort, key]);
