import { COMMITS_A_FEED, CPU_MS, POPULAR_SHARE, SERIAL_MS, STEPS, VIEW_EVENTS, type Program } from './costs';
import type { Station, Visit } from './simulate';

/** Utilization that a plan does not exceed, so that queues stay short. */
const BUSY = 0.6;

const programs = Object.keys(CPU_MS) as readonly Program[];

export type Plan = Readonly<{
  stations: readonly Station[];
  path: readonly Visit[];
  afterwards: readonly Visit[];
}>;

/** Work of one order that runs in one lane at a time, in milliseconds. */
const SERIAL: Readonly<Record<string, Readonly<{ ms: number; share?: number; lanes: 'any' | 1 }>>> = {
  'partition of a feed': { ms: COMMITS_A_FEED * SERIAL_MS.relay, lanes: 'any' },
  'history shard': { ms: SERIAL_MS.shard, lanes: 'any' },
  // One writer folds a view, because events of any partition may change the same document.
  'writer of a view': { ms: VIEW_EVENTS * SERIAL_MS.view, lanes: 1 },
  // One stream is one sequence of commits, whatever runs beside it.
  'most popular product': { ms: 2 * SERIAL_MS.stream, share: POPULAR_SHARE, lanes: 1 },
};

const powerOfTwo = (count: number): number => 2 ** Math.ceil(Math.log2(count));

const lanesFor = (name: string, perSecond: number): number => {
  const { ms, lanes } = SERIAL[name]!;
  if (lanes === 1) return 1;
  const needed = Math.ceil((perSecond * ms) / 1_000 / BUSY);
  return name === 'history shard' ? powerOfTwo(needed) : needed;
};

const visit = (station: Program, share: number): Visit => ({ station, ms: CPU_MS[station] * share });
const repeated = (visits: readonly Visit[]): readonly Visit[] =>
  Array.from({ length: STEPS }, () => visits.map((one) => ({ ...one, ms: one.ms / STEPS }))).flat();
const serial = (name: string): Visit => {
  const { ms, share } = SERIAL[name]!;
  return { station: name, ms, ...(share !== undefined && { share }) };
};

/** From the POST to the commit that confirms. The shares are those of the calls that each program serves by then. */
const PATH: readonly Visit[] = [
  visit('gateway', 1),
  visit('sidecars', 0.1),
  visit('orders', 0.3),
  visit('PostgreSQL', 0.05),
  serial('partition of a feed'),
  visit('broker', 0.2),
  visit('sidecars', 0.05),
  visit('worker', 0.2),
  serial('history shard'),
  ...repeated([
    visit('worker', 0.7),
    visit('temporal', 0.6),
    visit('sidecars', 0.5),
    visit('orders', 0.3),
    visit('inventory', 0.7),
    visit('accounts', 0.5),
    visit('payments', 0.8),
    visit('PostgreSQL', 0.4),
  ]),
  serial('most popular product'),
];

/** The rest of each program's work: views, replicas and Temporal's own housekeeping follow. */
const AFTERWARDS: readonly Visit[] = [
  ...programs.map((name) => {
    const before = PATH.filter(({ station }) => station === name).reduce((sum, { ms }) => sum + ms, 0);
    return { station: name, ms: CPU_MS[name] - before };
  }),
  serial('writer of a view'),
].filter(({ ms }) => ms > 0.01);

/** Cores, partitions and shards for a rate of orders. A replica of a Node.js service uses one core. */
export const planFor = (perSecond: number): Plan => ({
  stations: [
    ...programs.map((name) => ({
      name,
      lanes: 1,
      servers: Math.ceil((perSecond * CPU_MS[name]) / 1_000 / BUSY),
    })),
    ...Object.keys(SERIAL).map((name) => ({ name, lanes: lanesFor(name, perSecond), servers: 1 })),
  ],
  path: PATH,
  afterwards: AFTERWARDS,
});

/** Utilization of what no further replica, partition or shard relieves: from 1 on the plan is impossible. */
export const limits = (perSecond: number): ReadonlyMap<string, number> =>
  new Map(
    Object.entries(SERIAL)
      .filter(([, { lanes }]) => lanes === 1)
      .map(([name, { ms, share = 1 }]) => [name, (perSecond * ms * share) / 1_000]),
  );
