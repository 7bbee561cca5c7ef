import type { Json } from './json-schema';

/** Annotations, which do not affect readers of events. */
const ANNOTATIONS = new Set(['$schema', '$id', 'title', 'description', 'examples', 'personal']);
const STRUCTURE = new Set(['properties', 'required', 'items']);

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON with sorted keys and without annotations. */
const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bare);
  if (!isJson(value)) return value;
  const entries = Object.entries(value).filter(([key]) => !ANNOTATIONS.has(key));
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, bare(inner)]),
  );
};
const same = (a: unknown, b: unknown): boolean => JSON.stringify(bare(a)) === JSON.stringify(bare(b));

const namesIn = (schema: Json): ReadonlySet<string> => new Set((schema['required'] ?? []) as string[]);

const inProperties = (before: Json, after: Json, path: string): string[] => {
  const [was, is] = [before['properties'] ?? {}, after['properties'] ?? {}] as [Json, Json];
  const [wasRequired, isRequired] = [namesIn(before), namesIn(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) => {
    const at = `${path}/${name}`;
    if (!(name in is)) return [`${at} was removed, but readers may need it`];
    if (isRequired.has(name) && !wasRequired.has(name))
      return [`${at} became required, but earlier events lack it`];
    if (!isRequired.has(name) && wasRequired.has(name))
      return [`${at} became optional, but readers rely on it`];
    return name in was ? incompatibilities(was[name] as Json, is[name] as Json, at) : [];
  });
};

/**
 * The reasons why a published event may not change from one schema to another. Events are stored permanently, so new readers
 * must understand old events and old readers new ones: only optional fields may be added.
 */
export const incompatibilities = (before: Json, after: Json, path = ''): string[] => {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...keys]
    .filter((key) => !ANNOTATIONS.has(key) && !STRUCTURE.has(key) && !same(before[key], after[key]))
    .map(
      (key) => `${path || '/'}: ${key} was ${JSON.stringify(before[key])}, is ${JSON.stringify(after[key])}`,
    );
  const items =
    isJson(before['items']) && isJson(after['items'])
      ? incompatibilities(before['items'], after['items'], `${path}/*`)
      : [];
  return [...changed, ...inProperties(before, after, path), ...items];
};
