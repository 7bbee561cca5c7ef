import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const SECRET_BYTES = 24;

/** Passwords by name, made when first asked for, kept in a file that only its owner can read. */
export const secretsIn = (file: string): ((name: string) => string) => {
  const known: Record<string, string> = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)
    : {};
  return (name) => {
    const secret = known[name] ?? randomBytes(SECRET_BYTES).toString('hex');
    if (known[name] !== undefined) return secret;
    known[name] = secret;
    writeFileSync(`${file}.new`, JSON.stringify(known, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return secret;
  };
};
