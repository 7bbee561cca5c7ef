import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PreflightError } from '../errors';

/** Exit code of a command that was called wrongly. */
const USAGE = 2;

export const usageError = (message: string): PreflightError =>
  new PreflightError(message, { exitCode: USAGE });

/** The names that the templates use in place of the new thing's. */
export type Names = Readonly<{ kebab: string; plural: string; camel: string; pascal: string }>;

type Edit = Readonly<{ file: string; what: string; apply: (text: string) => string }>;

/** What a scaffold creates and changes. Paths are relative to the project's folder. */
export type Plan = Readonly<{
  files: Readonly<Record<string, string>>;
  edits: readonly Edit[];
  /** What the author does next, in order. */
  next: readonly string[];
}>;

export type Written = Readonly<{ created: readonly string[]; changed: readonly Edit[] }>;

const WORD = /^[a-z][a-z0-9]{1,19}$/;
const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST = 30;

export const checkWord = (kind: string, name: string): void => {
  if (!WORD.test(name))
    throw usageError(
      `"${name}" cannot be the name of a ${kind}: use one word of 2 to 20 lower-case letters and digits, for example loyalty.`,
    );
};

export const checkKebab = (kind: string, name: string): void => {
  if (!KEBAB.test(name) || name.length > LONGEST)
    throw usageError(
      `"${name}" cannot be the name of a ${kind}: use lower-case words joined by hyphens, at most ${LONGEST} characters, for example order-history.`,
    );
};

const camelOf = (kebab: string): string =>
  kebab.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const singularOf = (word: string): string => {
  if (/(ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return /(s|x|z|ch|sh)es$/.test(word) ? word.slice(0, -2) : word.replace(/s$/, '');
};

/** `refunds` has one stream for each `refund`. */
export const namesOfService = (name: string): Names => {
  const kebab = singularOf(name);
  return { kebab, plural: name, camel: kebab, pascal: upperFirst(kebab) };
};

export const namesOf = (kebab: string): Names => {
  const camel = camelOf(kebab);
  return { kebab, plural: kebab, camel, pascal: upperFirst(camel) };
};

/** The name is written in camel case where it is an identifier or a part of one, and with hyphens elsewhere. */
const rename = (text: string, { kebab, plural, camel, pascal }: Names): string =>
  text
    .replaceAll('Gadget', () => pascal)
    .replaceAll('gadgets', () => plural)
    .replaceAll(/\bgadget(?=[A-Z])/g, () => camel)
    .replaceAll(/(?<=(const|function|import \{) )gadget\b|(?<=workflowType: ')gadget/g, () => camel)
    .replaceAll('projectionSpec(gadget)', () => `projectionSpec(${camel})`)
    .replaceAll('gadget', () => kebab);

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

/** The files of a template under their new names. */
export const fromTemplate = (
  root: string,
  template: string,
  names: Names,
): Readonly<Record<string, string>> => {
  const folder = join(root, 'tools', 'templates', template);
  return Object.fromEntries(
    filesIn(folder).map((file) => [
      file.replaceAll('gadget', names.kebab),
      rename(readFileSync(join(folder, file), 'utf8'), names),
    ]),
  );
};

/** Inserts text before the first match. @throws when there is none */
export const insertBefore = (text: string, pattern: RegExp, inserted: string): string => {
  const at = text.search(pattern);
  if (at < 0) throw new Error(`${pattern} is not found`);
  return text.slice(0, at) + inserted + text.slice(at);
};

/** Writes the plan, or nothing: every edit is made in memory first. @throws PreflightError when a file exists */
export const writePlan = (root: string, { files, edits }: Plan): Written => {
  const existing = Object.keys(files).filter((file) => existsSync(join(root, file)));
  if (existing.length > 0) throw usageError(`${existing.join(', ')} exists already. Nothing was written.`);
  const changed = new Map<string, string>();
  for (const { file, apply } of edits) {
    try {
      changed.set(file, apply(changed.get(file) ?? readFileSync(join(root, file), 'utf8')));
    } catch (error) {
      throw new Error(`${file} cannot be changed. Nothing was written.`, { cause: error });
    }
  }
  for (const [file, text] of [...Object.entries(files), ...changed]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return { created: Object.keys(files), changed: edits };
};
