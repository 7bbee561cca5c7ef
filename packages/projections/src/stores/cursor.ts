/** The last document of a page: its sort value and key. */
export type Cursor = Readonly<{ sort: string; key: string }>;

/** Of a cursor whose form the route has checked. */
export const cursorFrom = (text: string): Cursor => {
  const [sort, key] = JSON.parse(text) as readonly [string, string];
  return { sort, key };
};

export const cursorOf = (sort: unknown, key: string): string => JSON.stringify([sort, key]);
