/** A place in the console, as its address has it: `#/operator/sagas/o-1?full=1`. */
export type Route = Readonly<{ path: readonly string[]; query: ReadonlyMap<string, string> }>;

export const parseRoute = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return {
    path: path.split('/').filter(Boolean).map(decoded),
    query: new Map(new URLSearchParams(query)),
  };
};

/** Returns the text unchanged when it cannot be decoded: users type addresses. */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

type Query = Readonly<Record<string, string | number | undefined>>;

/** The path with those query parameters that are neither undefined nor empty. */
export const withQuery = (path: string, query: Query): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
};

/** The link to a place in the console. */
export const linkTo = (path: readonly string[], query: Query = {}): string =>
  withQuery(`#/${path.map(encodeURIComponent).join('/')}`, query);

/** The parameters of a path that matches a pattern such as `['customers', ':id']`; undefined for any other path. */
export const match = (
  pattern: readonly string[],
  path: readonly string[],
): Readonly<Record<string, string>> | undefined => {
  if (pattern.length !== path.length) return undefined;
  const names: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith(':')) names[part.slice(1)] = path[index]!;
    else if (part !== path[index]) return undefined;
  }
  return names;
};
