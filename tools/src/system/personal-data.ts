import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretOf } from './secrets';
import type { ServiceSpec } from './services';

const KEY_BYTES = 32;

const newMasterKey = (): string => randomBytes(KEY_BYTES).toString('base64');

/** The file that a sidecar reads as secret store, for a service that keeps personal data: it holds the master key. */
export const secretsFileOf = (
  { name, personalData }: ServiceSpec,
  folder: string,
  secret: SecretOf,
): string | undefined => {
  if (!personalData) return undefined;
  const file = join(folder, `${name}-secrets.json`);
  const secrets = { 'personal-data-key': secret(`${name}-personal-data-key`, newMasterKey) };
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return file;
};
