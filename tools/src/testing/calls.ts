import { allServices, type Calls } from '../system/services';

type Comparison = Readonly<{ unused: readonly string[]; unlisted: readonly string[] }>;

/**
 * Compares the calls that a service makes, such as `accounts: GET /accounts/1000000017`, with those that the services map
 * lists for it.
 */
export const compareCalls = (
  service: string,
  kind: 'calls' | 'systemCalls',
  made: readonly string[],
): Comparison => {
  const calls: Calls = allServices().find(({ name }) => name === service)![kind];
  const listed = Object.entries(calls).flatMap(([called, operations]) =>
    operations.map((operation) => `${called}: ${operation}`),
  );
  const matches = (operation: string, call: string): boolean =>
    new RegExp(`^${operation.replaceAll('*', '[^/]+')}$`).test(call);
  return {
    unused: listed.filter((operation) => !made.some((call) => matches(operation, call))),
    unlisted: made.filter((call) => !listed.some((operation) => matches(operation, call))),
  };
};
