import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shorter parts of secrets, such as the ends of keys, may occur by chance. */
const SHORTEST_SECRET = 16;

/** Patterns that no log may contain. Every customer in the tests has an address at `example.com`. */
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a token', /\beyJ[\w-]{10,}\.[\w-]{10,}/],
  ['a bearer', /bearer [\w-]{8,}/i],
  ['a private key', /PRIVATE KEY/],
  ['an e-mail address', /@example\.com/],
];

/** Generated like the secrets and kept beside them, but the name of every topic begins with it. */
const NO_SECRET = 'topic-prefix';

export const secretsIn = (dataDir: string): readonly string[] =>
  Object.entries(JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as Record<string, string>)
    .filter(([name]) => name !== NO_SECRET)
    .map(([, secret]) => secret);

/** Single lines of secrets, because a log would escape the line breaks of a key. */
const secretLinesIn = (dataDir: string): readonly string[] =>
  secretsIn(dataDir)
    .flatMap((secret) => secret.split('\n'))
    .filter((line) => line.length >= SHORTEST_SECRET && !line.startsWith('-----'));

/** Log lines with a token, a secret, an e-mail address or one of the given texts. */
export const leaksIn = (dataDir: string, texts: readonly string[] = []): readonly string[] => {
  const folder = join(dataDir, 'logs');
  const forbidden = [...secretLinesIn(dataDir), ...texts];
  const whatIsIn = (line: string): string | undefined =>
    FORBIDDEN.find(([, pattern]) => pattern.test(line))?.[0] ??
    (forbidden.some((text) => line.includes(text)) ? 'a secret or personal data' : undefined);
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((line) => {
        const what = whatIsIn(line);
        return what === undefined ? [] : [`${file} has ${what}: ${line}`];
      }),
  );
};
