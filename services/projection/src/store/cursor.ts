/** Where a page ended: the value that documents are sorted by, then the key of the last one. */
export type Cursor = Readonly<{ sort: string; key: string }>;

export const cursorFrom = (text: string): Cursor => {
  const [sort, key] = JSON.parse(text) as [string, string];
  return { sort, key };
};

export const cursorOf = (sort: unknown, key: string): string => JSON.stringify([sort, key]);
