import { Client, escapeIdentifier, escapeLiteral } from 'pg';

export type DatabaseOptions = Readonly<{ name: string; password: string }>;

const withClient = async <T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const exists = async (
  client: Client,
  catalog: 'pg_roles' | 'pg_database',
  name: string,
): Promise<boolean> => {
  const column = catalog === 'pg_roles' ? 'rolname' : 'datname';
  const { rowCount } = await client.query(`SELECT 1 FROM ${catalog} WHERE ${column} = $1`, [name]);
  return rowCount === 1;
};

const urlOf = (adminUrl: string, { name, password }: DatabaseOptions): string => {
  const url = new URL(adminUrl);
  url.username = name;
  url.password = password;
  url.pathname = `/${name}`;
  return url.href;
};

/** Takes from everybody the right to connect anywhere but where it was given. Once per server. */
export const closeServer = (adminUrl: string): Promise<unknown> =>
  withClient(adminUrl, (client) =>
    client.query('REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC'),
  );

/** A database with a role of its own that can connect to no other. Repeating it changes nothing but the password. */
export const createDatabase = async (adminUrl: string, options: DatabaseOptions): Promise<string> => {
  const [name, password] = [escapeIdentifier(options.name), escapeLiteral(options.password)];
  await withClient(adminUrl, async (client) => {
    const verb = (await exists(client, 'pg_roles', options.name)) ? 'ALTER' : 'CREATE';
    await client.query(`${verb} ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${password}`);
    if (!(await exists(client, 'pg_database', options.name))) {
      await client.query(`CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0`);
    }
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  });
  return urlOf(adminUrl, options);
};
