/** An address of the parts that the integration tests share; the global set-up of jest starts them. */
export const sharedAddress = (part: 'POSTGRES' | 'REDIS' | 'TEMPORAL' | 'MONGODB'): string => {
  const name = `BANKSIDE_TEST_${part}`;
  const address = process.env[name];
  if (address === undefined)
    throw new Error(`${name} is not set: is this an integration test (*.int.test.ts)?`);
  return address;
};
