/** Appends the parameters that are defined as a query. */
export const withQuery = (
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query.toString()}`;
};
