import { mongodbDatabase } from '../processes/ferretdb';

/** The URL or address of a process that the integration tests share; the global set-up of jest starts them. */
export const sharedAddress = (part: 'POSTGRES' | 'REDIS' | 'TEMPORAL' | 'MONGODB'): string => {
  const name = `BANKSIDE_TEST_${part}`;
  const address = process.env[name];
  if (address === undefined)
    throw new Error(`${name} is not set: is this an integration test (*.int.test.ts)?`);
  return address;
};

/** The URL of a database on the shared MongoDB server. */
export const sharedMongodb = (database: string): string =>
  mongodbDatabase(sharedAddress('MONGODB'), database);
