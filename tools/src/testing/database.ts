import { randomBytes } from 'node:crypto';
import { migrate, type MigrationSet } from '@bankside/migrations';
import { createDatabase as create, type Database } from '../processes/database';
import { sharedAddress } from './addresses';

export const newPassword = (): string => randomBytes(16).toString('hex');

/** An empty database with roles of its own. The name gets a suffix, so it may be used again. */
export const createEmptyDatabase = (name: string, adminUrl = sharedAddress('POSTGRES')): Promise<Database> =>
  create(adminUrl, {
    name: `${name}_${randomBytes(4).toString('hex')}`,
    password: newPassword(),
    ownerPassword: newPassword(),
  });

/** An empty database on the shared server, for what makes its own tables. @returns the URL of the role that owns it */
export const createDatabase = async (name: string, adminUrl?: string): Promise<string> =>
  (await createEmptyDatabase(name, adminUrl)).ownerUrl;

export type ServiceDatabaseOptions = Readonly<{ adminUrl?: string | undefined; partitions?: number }>;

/** A database as that of a service: migrated by its owner, and used by a role that owns nothing. */
export const createServiceDatabase = async (
  name: string,
  sets: readonly MigrationSet[],
  { adminUrl, partitions = 1 }: ServiceDatabaseOptions = {},
): Promise<Database> => {
  const database = await createEmptyDatabase(name, adminUrl);
  const { url: serviceUrl, ownerUrl } = database;
  await migrate({ ownerUrl, serviceUrl, sets, parameters: { partitions } });
  return database;
};
