import { isSealed, seal, unseal } from './sealing';

/** Which fields tell who somebody is, wherever they stand, and what is read in their place once the person is forgotten. */
export type PersonalFields = Readonly<Record<string, string>>;

/** The same value with each text in one of the fields replaced. What has none stays the same object. */
const mapped = (
  value: unknown,
  fields: PersonalFields,
  change: (field: string, text: string) => string,
): unknown => {
  if (Array.isArray(value)) return value.map((one) => mapped(one, fields, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [
      name,
      typeof inner === 'string' && Object.hasOwn(fields, name)
        ? change(name, inner)
        : mapped(inner, fields, change),
    ]),
  );
};

const some = (value: unknown, fields: PersonalFields, is: (text: string) => boolean): boolean => {
  let found = false;
  mapped(value, fields, (_field, text) => {
    found ||= is(text);
    return text;
  });
  return found;
};

const contextOf = (owner: string, field: string): string => `${owner}/${field}`;

export const personalFields = (fields: PersonalFields) => ({
  tellWho: (value: unknown): boolean => some(value, fields, () => true),
  areSealed: (value: unknown): boolean => some(value, fields, isSealed),
  seal: <T>(value: T, owner: string, key: Buffer): T =>
    mapped(value, fields, (field, text) => seal(key, contextOf(owner, field), text)) as T,
  /** Without the key every sealed field reads as its placeholder. */
  unseal: <T>(value: T, owner: string, key: Buffer | undefined): T =>
    mapped(value, fields, (field, text) => {
      if (!isSealed(text)) return text;
      return key === undefined ? fields[field]! : unseal(key, contextOf(owner, field), text);
    }) as T,
});
