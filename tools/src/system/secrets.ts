import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const SECRET_BYTES = 24;

const newPassword = (): string => randomBytes(SECRET_BYTES).toString('hex');

/** A secret by its name. `make` makes it when it is first asked for; default: a password. */
export type SecretOf = (name: string, make?: () => string) => string;

/** Secrets in a file that only its owner can read. */
export const secretsIn = (file: string): SecretOf => {
  const known: Record<string, string> = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)
    : {};
  return (name, make = newPassword) => {
    const secret = known[name] ?? make();
    if (known[name] !== undefined) return secret;
    known[name] = secret;
    writeFileSync(`${file}.new`, JSON.stringify(known, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return secret;
  };
};
