import { mongodbDatabase } from '../processes/ferretdb';

/**
 * The URL or address of a process that the integration tests share, which the global set-up of jest starts. `FOLDER`: a
 * folder for what one test file prepares for the others.
 */
export const sharedAddress = (part: 'POSTGRES' | 'REDIS' | 'TEMPORAL' | 'MONGODB' | 'FOLDER'): string => {
  const name = `BANKSIDE_TEST_${part}`;
  const address = process.env[name];
  if (address === undefined)
    throw new Error(`${name} is not set: is this an integration test (*.int.test.ts)?`);
  return address;
};

/** The URL of a database on the shared MongoDB server. */
export const sharedMongodb = (database: string): string =>
  mongodbDatabase(sharedAddress('MONGODB'), database);
