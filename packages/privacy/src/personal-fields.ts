import { isSealed, seal, unseal } from './sealing';

/** Names of the fields that identify a person, at any depth, with the placeholder that replaces each after forgetting. */
export type PersonalFields = Readonly<Record<string, string>>;

/** A copy of the value in which each text in one of the fields is replaced. */
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
  hasPersonalData: (value: unknown): boolean => some(value, fields, () => true),
  hasSealed: (value: unknown): boolean => some(value, fields, isSealed),
  seal: <T>(value: T, owner: string, key: Buffer): T =>
    mapped(value, fields, (field, text) => seal(key, contextOf(owner, field), text)) as T,
  /** Without the key, every sealed field becomes its placeholder. */
  unseal: <T>(value: T, owner: string, key: Buffer | undefined): T =>
    mapped(value, fields, (field, text) => {
      if (!isSealed(text)) return text;
      return key === undefined ? fields[field]! : unseal(key, contextOf(owner, field), text);
    }) as T,
});
