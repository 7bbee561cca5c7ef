/** Shorter beginnings would find everybody. */
const SHORTEST = 2;
/** The longest name there is. */
const LONGEST = 30;

/** What two ways to write a name have in common: no case, no accents, single blanks. */
export const termOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST);

const beginnings = (word: string): readonly string[] =>
  Array.from({ length: Math.max(0, word.length - SHORTEST + 1) }, (_, index) =>
    word.slice(0, SHORTEST + index),
  );

/**
 * The beginnings by which a name is found: of the whole name and of each of its words. Stored one by one, because an
 * index finds equal values on every database, but a range only on some. At most a hundred short texts.
 */
export const nameTerms = (name: string): readonly string[] => {
  const term = termOf(name);
  return [...new Set([term, ...term.split(' ')].flatMap(beginnings))];
};
