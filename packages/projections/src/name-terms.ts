import { cut, lengthOf } from '@bankside/contracts';

/** Shorter beginnings would match too many; a word of one letter is a term by itself. */
const SHORTEST = 2;
/** The longest term in code points. A longer name is found by its first part, and by the words of all of it. */
const LONGEST = 40;

/** Letters that do not decompose, by how people type them without them. */
const PLAIN: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ĸ: 'k',
  ŋ: 'n',
  ə: 'e',
  ƶ: 'z',
  ŀ: 'l',
  ɓ: 'b',
  ɗ: 'd',
  ƙ: 'k',
  ƴ: 'y',
  ɛ: 'e',
  ɔ: 'o',
  ɩ: 'i',
  ʋ: 'v',
  ɨ: 'i',
  ʉ: 'u',
  ⱥ: 'a',
  ƀ: 'b',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ς: 'σ',
};
const UNDECOMPOSED = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

/** What two ways of writing a name have in common: no case, no accents, plain letters, single blanks. */
const folded = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/[\p{Script=Inherited}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
    .replaceAll(/\p{Script=Inherited}/gu, '') // The dot of a lower-cased İ.
    .replaceAll(UNDECOMPOSED, (letter) => PLAIN[letter]!)
    .replaceAll(/[\u2018\u2019\u02bc\u02bb`\u00b4]/gu, "'")
    .replaceAll(/\p{Pd}/gu, '-')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The term that a typed name is looked up by. */
export const termOf = (name: string): string => cut(folded(name), LONGEST);

/** Scripts whose single characters are syllables or words, and that have no blanks between words. */
const IDEOGRAPHIC = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

const beginnings = (word: string): readonly string[] => {
  const longest = Math.min(lengthOf(word), LONGEST);
  const shortest = IDEOGRAPHIC.test(word) ? 1 : Math.min(SHORTEST, longest);
  return Array.from({ length: longest - shortest + 1 }, (_, index) => cut(word, shortest + index)).filter(
    Boolean,
  );
};

/**
 * The beginnings by which a name is found: of the whole name and of each of its words. Stored one by one, because an
 * index finds equal values on every database, but a range only on some.
 */
export const nameTerms = (name: string): readonly string[] => {
  const whole = folded(name);
  return [...new Set([whole, ...whole.split(' ')].flatMap(beginnings))];
};
