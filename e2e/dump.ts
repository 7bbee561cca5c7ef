import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { allServices, brokerAt, withClient, type SystemAddresses } from '@bankside/tools';

// Everything that the system stores, as text: what a thief of its disks could read.

const TABLES = `
  select quote_ident(table_schema) || '.' || quote_ident(table_name) as name,
    coalesce((select array_agg(quote_ident(column_name)::text) from information_schema.columns c
      where c.table_schema = t.table_schema and c.table_name = t.table_name and data_type = 'bytea'), '{}') as bytes
  from information_schema.tables t
  where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`;

/** Every row of a database. Bytes are decoded as text, not printed as hexadecimal digits. */
const textOf = (connectionString: string): Promise<string> =>
  withClient(connectionString, async (client) => {
    const { rows: tables } = await client.query<{ name: string; bytes: string[] }>(TABLES);
    const texts: string[] = [];
    for (const { name, bytes } of tables) {
      const columns = ['t::text', ...bytes.map((column) => `encode(${column}, 'escape')`)];
      const { rows } = await client.query<{ row: string }>(
        `select concat_ws(' ', ${columns.join(', ')}) as row from ${name} t`,
      );
      texts.push(...rows.map(({ row }) => row));
    }
    return texts.join('\n');
  });

const databasesOf = async (postgresUrl: string): Promise<ReadonlyMap<string, string>> => {
  const names = await withClient(postgresUrl, (client) =>
    client.query<{ name: string }>('select datname as name from pg_database where not datistemplate'),
  );
  const dumps = new Map<string, string>();
  for (const { name } of names.rows) {
    const url = new URL(postgresUrl);
    url.pathname = `/${name}`;
    dumps.set(`database ${name}`, await textOf(url.href));
  }
  return dumps;
};

const filesIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder)
      .map((name) => join(folder, name))
      .filter((file) => statSync(file).isFile())
      .map((file) => [file, readFileSync(file, 'latin1')]),
  );

/** All stored text by place: databases, messages, Temporal's histories, logs. */
export const dumpOf = async (
  { postgresUrl, brokerUrl }: SystemAddresses,
  dataFolder: string,
): Promise<ReadonlyMap<string, string>> =>
  new Map([
    ...(await databasesOf(postgresUrl)),
    [
      'broker',
      (
        await Promise.all(
          allServices()
            .filter(({ eventSourced }) => eventSourced)
            .map(({ name }) => brokerAt(brokerUrl).dump(`${name}.events`)),
        )
      ).join('\n'),
    ],
    ...filesIn(join(dataFolder, 'temporal')),
    ...filesIn(join(dataFolder, 'logs')),
  ]);
