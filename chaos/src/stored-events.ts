import type { AuditedEvent } from '@bankside/audit';
import { rowsOf, type SystemAddresses } from '@bankside/tools';

type CommitRow = Readonly<{
  stream: string;
  revision: number;
  json: string;
}>;
type StoredCommit = Readonly<{
  commandId: string;
  at: string;
  events: readonly Readonly<{ type: string; data: AuditedEvent['data'] }>[];
}>;

const COMMITS = `
  select split_part(key, '/', 2) as stream, split_part(key, '/', 3)::int as revision, convert_from(value, 'UTF8') as json
  from state where key like 's/%' order by row_id`;

const eventsIn = async (service: string, databaseUrl: string): Promise<readonly AuditedEvent[]> => {
  const rows = await rowsOf<CommitRow>(databaseUrl, COMMITS);
  return rows.flatMap(({ stream, revision, json }) => {
    const { commandId, at, events } = JSON.parse(json) as StoredCommit;
    return events.map(({ type, data }) => ({
      service,
      stream: decodeURIComponent(stream),
      revision,
      commandId,
      at,
      type,
      data,
    }));
  });
};

export type StoredEvents = Readonly<{
  all: readonly AuditedEvent[];
  of: (...types: readonly string[]) => readonly AuditedEvent[];
}>;

export const indexEvents = (all: readonly AuditedEvent[]): StoredEvents => {
  const byType = new Map<string, AuditedEvent[]>();
  for (const event of all) byType.set(event.type, [...(byType.get(event.type) ?? []), event]);
  return { all, of: (...types) => types.flatMap((type) => byType.get(type) ?? []) };
};

/** The database URL of each named service that has one. */
export const databasesOf = (
  { services }: SystemAddresses,
  names: readonly string[],
): readonly (readonly [name: string, databaseUrl: string])[] =>
  names.flatMap((name) => {
    const databaseUrl = services[name]?.databaseUrl;
    return databaseUrl === undefined ? [] : [[name, databaseUrl] as const];
  });

/** All stored events of the named services, read from their databases: the checks trust no service's response. */
export const readStoredEvents = async (
  addresses: SystemAddresses,
  names: readonly string[],
): Promise<StoredEvents> => {
  const each = await Promise.all(databasesOf(addresses, names).map(([name, url]) => eventsIn(name, url)));
  return indexEvents(each.flat());
};
