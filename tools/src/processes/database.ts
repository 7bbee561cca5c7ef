import { Client, escapeIdentifier, escapeLiteral } from 'pg';

type DatabaseOptions = Readonly<{ name: string; password: string; ownerPassword: string }>;

/** URLs of a database: of the service that runs on it, and of the owner, which changes its tables. */
export type Database = Readonly<{ url: string; ownerUrl: string }>;

/** Opens a connection for `work` and closes it afterwards. */
export const withClient = async <T>(
  connectionString: string,
  work: (client: Client) => Promise<T>,
): Promise<T> => {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** The rows of one statement, by a connection of its own. */
export const rowsOf = async <R extends object>(
  connectionString: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<readonly R[]> =>
  withClient(connectionString, async (client) => (await client.query<R>(statement, [...values])).rows);

const exists = async (
  client: Client,
  catalog: 'pg_roles' | 'pg_database',
  name: string,
): Promise<boolean> => {
  const column = catalog === 'pg_roles' ? 'rolname' : 'datname';
  const { rowCount } = await client.query(`SELECT 1 FROM ${catalog} WHERE ${column} = $1`, [name]);
  return rowCount === 1;
};

type Role = Readonly<{ role: string; password: string }>;

const urlOf = (adminUrl: string, database: string, { role, password }: Role): string => {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
};

const createRole = async (client: Client, { role, password }: Role): Promise<void> => {
  const verb = (await exists(client, 'pg_roles', role)) ? 'ALTER' : 'CREATE';
  await client.query(
    `${verb} ROLE ${escapeIdentifier(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${escapeLiteral(password)}`,
  );
};

/** Revokes the default right of every role to connect to any database. Once per server. */
export const closeServer = (adminUrl: string): Promise<unknown> =>
  withClient(adminUrl, (client) =>
    client.query('REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC'),
  );

/**
 * A database of one service with two roles, neither of which can connect to another: `<name>_owner` owns it and migrates
 * it; `<name>`, the service's, may connect and has the rights that migrations grant it. Repeating it changes the passwords only.
 */
export const createDatabase = async (
  adminUrl: string,
  { name, password, ownerPassword }: DatabaseOptions,
): Promise<Database> => {
  const service = { role: name, password };
  const owner = { role: `${name}_owner`, password: ownerPassword };
  const database = escapeIdentifier(name);
  await withClient(adminUrl, async (client) => {
    await createRole(client, owner);
    await createRole(client, service);
    if (!(await exists(client, 'pg_database', name)))
      await client.query(
        `CREATE DATABASE ${database} OWNER ${escapeIdentifier(owner.role)} TEMPLATE template0`,
      );
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${escapeIdentifier(service.role)}`);
  });
  return { url: urlOf(adminUrl, name, service), ownerUrl: urlOf(adminUrl, name, owner) };
};
