import type { Json } from './json-schema';

/** Words about a schema that change nothing for those who read events. */
const WORDS = new Set(['$schema', '$id', 'title', 'description', 'examples', 'personal']);
/** Handled one by one below. */
const STRUCTURE = new Set(['properties', 'required', 'items']);

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON with sorted keys and without words. */
const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bare);
  if (!isJson(value)) return value;
  const entries = Object.entries(value).filter(([key]) => !WORDS.has(key));
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
    if (!(name in is)) return [`${at} is gone: readers may need it`];
    if (isRequired.has(name) && !wasRequired.has(name))
      return [`${at} is required: earlier events do not have it`];
    if (!isRequired.has(name) && wasRequired.has(name)) return [`${at} is optional: readers count on it`];
    return name in was ? incompatibilities(was[name] as Json, is[name] as Json, at) : [];
  });
};

/**
 * Why a published event may not change from one schema to the other. Events are kept for ever and their readers are many,
 * so new readers must understand old events and old readers new ones: optional fields may be added, nothing else.
 */
export const incompatibilities = (before: Json, after: Json, path = ''): string[] => {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...keys]
    .filter((key) => !WORDS.has(key) && !STRUCTURE.has(key) && !same(before[key], after[key]))
    .map(
      (key) => `${path || '/'}: ${key} was ${JSON.stringify(before[key])}, is ${JSON.stringify(after[key])}`,
    );
  const items =
    isJson(before['items']) && isJson(after['items'])
      ? incompatibilities(before['items'], after['items'], `${path}/*`)
      : [];
  return [...changed, ...inProperties(before, after, path), ...items];
};
