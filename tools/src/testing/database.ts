import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { migrate, type MigrationSet } from '@bankside/migrations';
import { escapeIdentifier } from 'pg';
import { createDatabase as create, withClient, type Database } from '../processes/database';
import { sharedAddress } from './addresses';
import { sharedFile } from './shared-file';

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

const createMigrated = async (
  name: string,
  sets: readonly MigrationSet[],
  { adminUrl, partitions = 1 }: ServiceDatabaseOptions,
): Promise<Database> => {
  const database = await createEmptyDatabase(name, adminUrl);
  const { url: serviceUrl, ownerUrl } = database;
  await migrate({ ownerUrl, serviceUrl, sets, parameters: { partitions } });
  return database;
};

/** A migrated database that no test connects to. The test files of one run share it. */
const templateOf = async (
  name: string,
  sets: readonly MigrationSet[],
  options: ServiceDatabaseOptions,
): Promise<Database> => {
  const key = createHash('sha256')
    .update(JSON.stringify([name, sets, options]))
    .digest('hex');
  const file = await sharedFile(`template-${key}.json`, async () =>
    JSON.stringify(await createMigrated(name, sets, options)),
  );
  return JSON.parse(readFileSync(file, 'utf8')) as Database;
};

/** A copy with the same two roles. */
const copyOf = async (template: Database): Promise<Database> => {
  const [url, ownerUrl] = [new URL(template.url), new URL(template.ownerUrl)];
  const source = url.pathname.slice(1);
  const copy = `${source}_${randomBytes(4).toString('hex')}`;
  await withClient(sharedAddress('POSTGRES'), async (client) => {
    const [to, from, owner, service] = [copy, source, ownerUrl.username, url.username].map(escapeIdentifier);
    await client.query(`CREATE DATABASE ${to} OWNER ${owner} TEMPLATE ${from}`);
    await client.query(`REVOKE ALL ON DATABASE ${to} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${to} TO ${service}`);
  });
  for (const one of [url, ownerUrl]) one.pathname = `/${copy}`;
  return { url: url.href, ownerUrl: ownerUrl.href };
};

/**
 * A database as that of a service: migrated by its owner, and used by a role that owns nothing. On the shared server it
 * is copied from a template, which is faster than migrating it.
 */
export const createServiceDatabase = async (
  name: string,
  sets: readonly MigrationSet[],
  options: ServiceDatabaseOptions = {},
): Promise<Database> =>
  options.adminUrl === undefined && sets.length > 0
    ? copyOf(await templateOf(name, sets, options))
    : createMigrated(name, sets, options);
