import type { Kubectl } from './kubectl';

/** The first half of the lock that the leader of a relay holds, stored in no place but the code of `packages/feed`. */
const RELAY_LOCK = 4_826_302;

/** Something that one process at a time may have: whose database it is in, and the pod that has it. */
export type Held = Readonly<{ what: string; service: string; pod: string }>;

/** Locks of two halves are those of relays; of the others, those whose number is small are held for a moment only. */
const QUERY = `select a.datname, host(a.client_addr), l.classid, l.objid, l.objsubid
  from pg_locks l join pg_stat_activity a using (pid)
  where l.locktype = 'advisory' and l.granted
    and (l.objsubid = 2 and l.classid = ${RELAY_LOCK} or l.objsubid = 1 and l.classid <> 0 and a.datname = 'projection')`;

type Pods = Readonly<{
  items: readonly Readonly<{ metadata: { name: string }; status: { podIP?: string } }>[];
}>;

/** Who leads a relay and who writes which part of a view, as PostgreSQL of the backing chart knows it. */
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
      const [service = '', address = '', high, low, halves] = row.split(' ');
      const what =
        halves === '2' ? `relay of ${service}, partition ${low}` : `lease ${high}/${low} of ${service}`;
      return { what, service, pod: podAt.get(address) ?? address };
    });
};
