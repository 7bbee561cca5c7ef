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

/** The link to a place, without undefined or empty query parameters. */
export const linkTo = (
  path: readonly string[],
  query: Readonly<Record<string, string | number | undefined>> = {},
): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  const text = new URLSearchParams(given).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
};

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
