/** The last document of a page: its sort value and key. */
export type Cursor = Readonly<{ sort: string; key: string }>;

/** Control characters and lone surrogates, which occur in no document and some of which PostgreSQL rejects. */
const INVALID = /[\p{Cc}\p{Cs}]/u;

/** @throws SyntaxError */
export const cursorFrom = (text: string): Cursor => {
  const [sort, key] = JSON.parse(text) as readonly unknown[];
  if (typeof sort !== 'string' || typeof key !== 'string' || INVALID.test(sort + key))
    throw new SyntaxError('not a cursor');
  return { sort, key };
};

export const cursorOf = (sort: unknown, key: string): string => JSON.stringify([sort, key]);
