import * as z from 'zod';

/** Scripts in which a joiner changes how the letters beside it are written. */
const JOINING = [
  'Arabic',
  'Syriac',
  'Mongolian',
  'Nko',
  'Mandaic',
  'Manichaean',
  'Phags_Pa',
  'Adlam',
  'Hanifi_Rohingya',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Thaana',
  'Myanmar',
  'Khmer',
  'Tibetan',
  'Balinese',
  'Javanese',
  'Chakma',
  'Grantha',
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');

/**
 * One character that people see, or that belongs to the character before it:
 * - neither control, format, private-use and unassigned characters, surrogates, line separators nor fillers;
 * - a joiner (ZWJ, ZWNJ) behind a letter of a script that needs it, or between the parts of an emoji;
 * - a variation selector behind a visible character, and the tags of a flag.
 */
const VISIBLE = [
  '(?![\\u2800\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}])[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Zs}]',
  '[\\u0600-\\u0605\\u06dd\\u070f\\u08e2]',
  `(?<=[${JOINING}])(?<!\\p{P}|\\p{N})[\\u200c\\u200d](?![\\u200c\\u200d])`,
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f\\u{e007f}])\\u200d(?=\\p{Extended_Pictographic})',
  '(?<=[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}])(?<![\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}])[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]',
  '(?<=\\p{Script=Mongolian})[\\u180b-\\u180d\\u180f]',
  '(?<=\\u{1f3f4})[\\u{e0020}-\\u{e007e}]{1,8}\\u{e007f}',
].join('|');

const visible = new RegExp(`^(?:${VISIBLE})*$`, 'u');
/** At least one character that leaves a mark of its own. */
const substance = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether people see every character of a text, and at least one. */
export const isVisible = (value: string): boolean => visible.test(value) && substance.test(value);

/** More marks on one letter than any orthography has; they run over the lines above and below. */
const stackedMarks = /\p{M}{9}/u;

/** The number of characters by code points, as in JSON Schema. */
export const lengthOf = (value: string): number => {
  let length = 0;
  for (const _character of value) length += 1;
  return length;
};

/** The first `length` code points: never half a character of the planes beyond the basic one. */
export const cut = (value: string, length: number): string => {
  if (value.length <= length) return value;
  let first = '';
  let taken = 0;
  for (const character of value) {
    if (taken === length) return first;
    first += character;
    taken += 1;
  }
  return first;
};

/** The normal form of a text: composed (NFC), without leading and trailing blanks. */
const normalized = (value: string): string => value.normalize('NFC').trim();

/** Visible text of `min` to `max` code points, normalized to NFC and trimmed. */
export const text = (min: number, max: number) =>
  z
    .string()
    .overwrite(normalized)
    .refine((value) => value.length <= 2 * max && lengthOf(value) >= min && lengthOf(value) <= max, {
      error: `must be ${min} to ${max} characters`,
      abort: true,
    })
    .refine(isVisible, 'must be visible characters, without control, filler or direction characters')
    .refine((value) => !stackedMarks.test(value), 'must have at most 8 marks on one letter')
    .meta({ minLength: min, maxLength: max });
