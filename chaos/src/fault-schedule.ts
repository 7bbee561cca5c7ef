import type { Faults } from '@bankside/contracts';
import { between, pick, randomFrom, shuffled, weighted, type Random } from '@bankside/std/random';
import { isSidecar } from '@bankside/tools';
import { networkSchedule, type LinksByKind, type NetworkDisruption } from './network-schedule';

/** A fault of a process, `atMs` milliseconds after the load began. */
type ProcessDisruption = Readonly<{ atMs: number }> &
  (
    | Readonly<{ type: 'kill'; process: string }>
    | Readonly<{ type: 'pause'; process: string; forMs: number }>
    | Readonly<{ type: 'wipe-broker' | 'restart-broker' }>
    | Readonly<{ type: 'faults'; service: string; faults: Faults; forMs: number }>
  );
export type Disruption = ProcessDisruption | NetworkDisruption;

/** The processes and services of the running system. */
export type Targets = Readonly<{
  /** Names of all processes. */
  processes: readonly string[];
  eventSourced: readonly string[];
  links: LinksByKind;
  /** Whether the fault switches of a service reach all of it. */
  hasSwitches: boolean;
  /** Whether the run can restart a broker that is not a process of the system. */
  restartsBroker: boolean;
}>;

const FIRST_AT_MS = 1_000;
/** Between two disruptions; gives more than 17 kills a minute. */
const LEAST_PAUSE_MS = 800;
const MOST_PAUSE_MS = 3_200;
/** Longer than the relay's lease, shorter than a caller's timeout. */
const LEAST_STOP_MS = 500;
const MOST_STOP_MS = 6_000;

/** Kinds of processes; each is killed once per round. */
const KINDS = ['postgres', 'redis', 'temporal', 'ferretdb', 'worker', 'gateway', 'projection', 'composer'];
const SERVICES_PER_ROUND = 4;
const SIDECARS_PER_ROUND = 4;

/** The kinds under which the report counts processes. */
export const processKinds: readonly string[] = [...KINDS, 'service', 'sidecar'];

/** The service of a replica. */
const serviceOf = (process: string): string => process.replace(/-\d+$/, '');

/** Endless process names; every kind occurs in each round. */
function* rounds(random: Random, { processes, eventSourced }: Targets): Generator<string, never> {
  const sidecars = processes.filter(isSidecar);
  for (;;)
    yield* shuffled(random, [
      ...KINDS.flatMap((kind) => processes.filter((process) => serviceOf(process) === kind)),
      ...shuffled(
        random,
        processes.filter((process) => eventSourced.includes(serviceOf(process))),
      ).slice(0, SERVICES_PER_ROUND),
      ...shuffled(random, sidecars).slice(0, SIDECARS_PER_ROUND),
    ]);
}

const faultsFor = (random: Random): Faults =>
  weighted<Faults>(random, [
    [2, { crashAfterEffect: true }],
    [2, { dropRate: 0.3, doubleRate: 0.3, reorderRate: 0.3 }],
    [1, { delayMs: between(random, 50, 1_500) }],
    [1, { errorRate: 0.3 }],
  ]);

const processSchedule = (
  seed: number,
  durationMs: number,
  targets: Targets,
): readonly ProcessDisruption[] => {
  const random = randomFrom(seed);
  const victims = rounds(random, targets);
  const schedule: ProcessDisruption[] = [];
  for (let atMs = FIRST_AT_MS; atMs < durationMs; atMs += between(random, LEAST_PAUSE_MS, MOST_PAUSE_MS)) {
    const forMs = between(random, LEAST_STOP_MS, MOST_STOP_MS);
    const type = weighted(random, [
      [60, 'kill'],
      [12, 'pause'],
      [8, 'wipe-broker'],
      ...(targets.hasSwitches ? ([[20, 'faults']] as const) : []),
      ...(targets.restartsBroker ? ([[6, 'restart-broker']] as const) : []),
    ] as const);
    if (type === 'kill') schedule.push({ atMs, type, process: victims.next().value });
    else if (type === 'pause') schedule.push({ atMs, type, process: pick(random, targets.processes), forMs });
    else if (type === 'wipe-broker' || type === 'restart-broker') schedule.push({ atMs, type });
    else
      schedule.push({
        atMs,
        type,
        service: pick(random, targets.eventSourced),
        faults: faultsFor(random),
        forMs,
      });
  }
  return schedule;
};

/** Faults of processes and of links. Deterministic: the same seed gives the same disruptions at the same times. */
export const faultSchedule = (seed: number, durationMs: number, targets: Targets): readonly Disruption[] =>
  [
    ...processSchedule(seed, durationMs, targets),
    ...networkSchedule(seed, durationMs, targets.links),
  ].toSorted((one, other) => one.atMs - other.atMs);

/** The kind under which the report counts a process. */
export const kindOf = (process: string): string => {
  if (isSidecar(process)) return 'sidecar';
  return KINDS.includes(serviceOf(process)) ? serviceOf(process) : 'service';
};
