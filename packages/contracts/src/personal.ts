import * as z from 'zod';
import { contracts } from './contracts';

// A field is personal if its schema is marked with `.meta({ personal: true })`. Everything below derives from these marks.

type Schema = z.core.$ZodType;
type Def = z.core.$ZodTypes['_zod']['def'];

const isMarked = (schema: Schema): boolean => z.globalRegistry.get(schema)?.['personal'] === true;

/** Whether a field is personal, whatever its schema is wrapped in. */
export const isPersonal = (schema: Schema | undefined): boolean => {
  if (schema === undefined || isMarked(schema)) return schema !== undefined;
  return isPersonal(unwrapped((schema as z.core.$ZodTypes)._zod.def));
};

/** Fields of stored events and of views with personal data that no published event has under this name. */
const DERIVED = ['previousMobileNumber', 'nameTerms', 'sortName', 'purpose'] as const;

/** The names of fields with personal data, for data without a schema: stored events, states, documents of views. */
export const personalFieldNames: ReadonlySet<string> = new Set<string>([
  ...Object.values(contracts).flatMap((schemas) =>
    Object.values(schemas as Readonly<Record<string, z.ZodObject>>).flatMap(({ shape }) =>
      Object.keys(shape).filter((field) => isMarked(shape[field] as Schema)),
    ),
  ),
  ...DERIVED,
]);

const HIDDEN = '•••';
/** The calling code of E.164: one digit, two, or three. */
const CALLING_CODE = /^\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/** Made when it is first needed: that takes 5 ms of CPU time. */
let graphemes: Intl.Segmenter | undefined;

/** The first letter of a word, unless the word is so short that this shows most of it. */
const maskedWord = (word: string): string => {
  if (word === '') return word;
  graphemes ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  const letters = [...graphemes.segment(word)];
  return letters.length < 3 ? HIDDEN : `${letters[0]!.segment}${HIDDEN}`;
};

/** Keeps the top-level domain, if there is one. */
const maskedEmail = (email: string): string => {
  const at = email.lastIndexOf('@');
  const [, domain = '', top = ''] = /^(.*?)(\.[^.]*)?$/.exec(email.slice(at + 1)) ?? [];
  return `${maskedWord(email.slice(0, at))}@${maskedWord(domain)}${top}`;
};

const maskedNumber = (number: string): string =>
  `${CALLING_CODE.exec(number)?.[0] ?? '+'} •••• ••${number.slice(-2)}`;

/** `A••• L•••`, `a•••@e•••.com` or `+44 •••• ••89`, by what the text looks like. */
export const maskedText = (text: string): string => {
  if (text.includes('@')) return maskedEmail(text);
  if (/^\+\d{7,}$/.test(text)) return maskedNumber(text);
  return text.split(/\s+/).map(maskedWord).join(' ');
};

const hidden = (value: unknown): unknown => {
  if (typeof value === 'string') return maskedText(value);
  if (Array.isArray(value)) return value.map(hidden);
  return typeof value === 'object' && value !== null ? mapValues(value, hidden) : value;
};

const mapValues = (of: object, change: (value: unknown, key: string) => unknown): object =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, change(value, key)]));

/** Masks by the names of fields. */
const maskedByName = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(maskedByName);
  if (typeof value !== 'object' || value === null) return value;
  return mapValues(value, (inner, key) =>
    personalFieldNames.has(key) ? hidden(inner) : maskedByName(inner),
  );
};

/** The schema inside a wrapper such as `optional()`. */
const unwrapped = (def: Def): Schema | undefined => {
  if ('innerType' in def) return def.innerType;
  if (def.type === 'pipe') return def.out;
  return def.type === 'lazy' ? def.getter() : undefined;
};

const maskedField = (schema: Schema | undefined, key: string, value: unknown): unknown => {
  if (schema !== undefined) return masked(schema, value);
  return personalFieldNames.has(key) ? hidden(value) : maskedByName(value);
};

const PLAIN = new Set<string>(['string', 'number', 'boolean', 'enum', 'literal']);

/**
 * The value with its personal data masked, for readers who need to see that there is something but not what. Follows the
 * schema to marked fields; where the schema promises nothing, the names of fields decide.
 */
export const masked = (schema: Schema | undefined, value: unknown): unknown => {
  if (schema === undefined) return maskedByName(value);
  if (isMarked(schema)) return hidden(value);
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const inner = unwrapped(def);
  return inner === undefined ? maskedInside(def, value) : masked(inner, value);
};

const maskedInside = (def: Def, value: unknown): unknown => {
  if (PLAIN.has(def.type)) return value;
  if (def.type === 'union')
    return masked(
      def.options.find((option) => z.safeParse(option, value).success),
      value,
    );
  if (def.type === 'array' && Array.isArray(value))
    return value.map((element) => masked(def.element, element));
  if (def.type === 'object' && typeof value === 'object' && value !== null)
    return mapValues(value, (field, key) =>
      maskedField(Object.hasOwn(def.shape, key) ? def.shape[key] : undefined, key, field),
    );
  return maskedByName(value);
};

const personalTextsIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    personalFieldNames.has(key) && typeof inner === 'string' ? [inner] : personalTextsIn(inner),
  );
};

/** A message about some data without the personal texts that occur in both. */
export const withoutPersonal = (message: string, data: object): string =>
  personalTextsIn(data).reduce(
    (text, personal) => (personal === '' ? text : text.replaceAll(personal, HIDDEN)),
    message,
  );
