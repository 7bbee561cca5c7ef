import type { SystemAddresses } from '@bankside/tools';
import { Client } from 'pg';

/** An event as it lies in its owner's database: the money is counted there, and nobody is asked to count it. */
export type Fact = Readonly<{
  service: string;
  stream: string;
  revision: number;
  commandId: string;
  type: string;
  data: Readonly<Record<string, unknown>>;
}>;

type StoredCommit = Readonly<{
  stream: string;
  revision: number;
  commandId: string;
  events: readonly Readonly<{ type: string; data: Fact['data'] }>[];
}>;

/** Asks a database directly. */
export const rowsOf = async <R extends object>(databaseUrl: string, text: string): Promise<readonly R[]> => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<R>(text)).rows;
  } finally {
    await client.end();
  }
};

const COMMITS = `select convert_from(value, 'UTF8') as json from state where key like 's/%' order by row_id`;

const factsIn = async (service: string, databaseUrl: string): Promise<readonly Fact[]> => {
  const rows = await rowsOf<{ json: string }>(databaseUrl, COMMITS);
  return rows.flatMap(({ json }) => {
    const { stream, revision, commandId, events } = JSON.parse(json) as StoredCommit;
    return events.map(({ type, data }) => ({ service, stream, revision, commandId, type, data }));
  });
};

export type Facts = Readonly<{
  all: readonly Fact[];
  of: (...types: readonly string[]) => readonly Fact[];
}>;

export const factsFrom = (all: readonly Fact[]): Facts => {
  const byType = new Map<string, Fact[]>();
  for (const fact of all) byType.set(fact.type, [...(byType.get(fact.type) ?? []), fact]);
  return { all, of: (...types) => types.flatMap((type) => byType.get(type) ?? []) };
};

/** Services with their databases. */
export const databasesOf = (
  { services }: SystemAddresses,
  names: readonly string[],
): readonly (readonly [name: string, databaseUrl: string])[] =>
  names.flatMap((name) => {
    const databaseUrl = services[name]?.databaseUrl;
    return databaseUrl === undefined ? [] : [[name, databaseUrl] as const];
  });

/** All events of all services. */
export const readFacts = async (addresses: SystemAddresses, names: readonly string[]): Promise<Facts> => {
  const each = await Promise.all(databasesOf(addresses, names).map(([name, url]) => factsIn(name, url)));
  return factsFrom(each.flat());
};

export const text = ({ data }: Fact, field: string): string => String(data[field]);
export const amount = ({ data }: Fact, field: string): number => Number(data[field] ?? 0);

/** Sums of a field by another one. */
export const sumsBy = (facts: readonly Fact[], key: string, field: string): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const fact of facts) sums.set(text(fact, key), (sums.get(text(fact, key)) ?? 0) + amount(fact, field));
  return sums;
};

export const groupBy = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
};
