import type { Kubectl } from './kubectl';

/** A lock that one process holds at a time: its database, and the pod that holds it. */
export type Held = Readonly<{ what: string; service: string; pod: string }>;

/** A lease is an advisory lock on the hash of its name. Locks with a small number are short-lived. */
const QUERY = `select a.datname, host(a.client_addr), l.classid, l.objid, n
  from pg_locks l join pg_stat_activity a using (pid)
    left join generate_series(0, 63) n
      on (l.classid::bigint << 32) | l.objid::bigint = hashtextextended('relay/' || n, 0)
  where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.classid <> 0`;

type Pods = Readonly<{
  items: readonly Readonly<{ metadata: { name: string }; status: { podIP?: string } }>[];
}>;

/** The leaders of relays and the writers of views, from the locks of the backing chart's PostgreSQL. */
export const heldLocks = async ({ kubectl, json }: Kubectl): Promise<readonly Held[]> => {
  const { items } = await json<Pods>('get', 'pods', '--selector=app.kubernetes.io/part-of=bankside');
  const podAt = new Map(items.map(({ metadata, status }) => [status.podIP, metadata.name]));
  const psql = `PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U postgres -XAt -F' ' -c "${QUERY}"`;
  const rows = await kubectl('exec', 'statefulset/postgresql', '--', 'sh', '-c', psql);
  return rows
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((row) => {
      const [service = '', address = '', high, low, partition = ''] = row.split(' ');
      const what =
        partition === ''
          ? `lease ${high}/${low} of ${service}`
          : `relay of ${service}, partition ${partition}`;
      return { what, service, pod: podAt.get(address) ?? address };
    });
};
