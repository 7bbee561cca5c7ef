import { createDatabase, type Database } from '../processes/database';
import type { SecretOf } from './secrets';

/**
 * A database for each name, with the passwords of its two roles. All of them have ended before a failure is reported.
 */
export const createDatabases = async (
  adminUrl: string,
  names: readonly string[],
  secret: SecretOf,
): Promise<Readonly<Record<string, Database>>> => {
  const results = await Promise.allSettled(
    names.map(async (name): Promise<readonly [string, Database]> => {
      const passwords = { password: secret(name), ownerPassword: secret(`${name}-owner`) };
      return [name, await createDatabase(adminUrl, { name, ...passwords })];
    }),
  );
  return Object.fromEntries(
    results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    }),
  );
};
