import { readdirSync, readFileSync } from 'node:fs';
import { commandLineOf } from './process-identity';

/** CPU time so far, and memory as proportional set size: memory that several processes share counts for each in part. */
export type Usage = Readonly<{ cpuMs: number; memoryMiB: number }>;

const NS_PER_MS = 1_000_000;
const KIB_PER_MIB = 1024;

const numbersIn = (folder: string): readonly number[] =>
  readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** `undefined` for a process that has ended meanwhile. */
const ofRunning = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const parentOf = (pid: number): number =>
  Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/** The unit of /proc/<pid>/stat: Linux counts 100 ticks a second there, on every architecture that Node has. */
const MS_PER_TICK = 10;

/** Of children that have ended: connections of PostgreSQL come and go. */
const endedChildrenMsOf = (pid: number): number => {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const [inUserMode, inKernel] = afterName.slice(13, 15).map(Number);
  return (inUserMode! + inKernel!) * MS_PER_TICK;
};

/** Of all threads, in nanoseconds, so that a process at rest can be measured within seconds. */
const threadsMsOf = (pid: number): number =>
  numbersIn(`/proc/${pid}/task`)
    .map((thread) =>
      ofRunning(() => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])),
    )
    .reduce<number>((sum, nanoseconds) => sum + (nanoseconds ?? 0) / NS_PER_MS, 0);

const cpuMsOf = (pid: number): number => threadsMsOf(pid) + endedChildrenMsOf(pid);

const memoryMiBOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / KIB_PER_MIB;

const familyOf = (roots: readonly number[]): readonly number[] => {
  const parents = new Map(numbersIn('/proc').map((pid) => [pid, ofRunning(() => parentOf(pid))]));
  const belongs = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (roots.includes(pid) || belongs(parents.get(pid)));
  return [...parents.keys()].filter(belongs);
};

const nameOf = (pid: number): string => {
  const commandLine = commandLineOf(pid);
  const app = /--app-id=(\S+)/.exec(commandLine)?.[1];
  if (app !== undefined) return `${app}-dapr`;
  return (
    /dist\/([\w-]+)\.cjs/.exec(commandLine)?.[1] ??
    /\/bankside\/([a-z]+)-[0-9a-f]{16}\b/.exec(commandLine)?.[1] ??
    (commandLine.split(/[ :]/)[0] ?? '').split('/').at(-1) ??
    ''
  );
};

/** What these processes and their descendants use, by program: those of PostgreSQL count as one. Linux only. */
export const usageByProgram = (roots: readonly number[]): ReadonlyMap<string, Usage> => {
  const programs = new Map<string, Usage>();
  for (const pid of familyOf(roots)) {
    const used = ofRunning(() => ({ name: nameOf(pid), cpuMs: cpuMsOf(pid), memoryMiB: memoryMiBOf(pid) }));
    if (used === undefined) continue;
    const before = programs.get(used.name) ?? { cpuMs: 0, memoryMiB: 0 };
    programs.set(used.name, {
      cpuMs: before.cpuMs + used.cpuMs,
      memoryMiB: before.memoryMiB + used.memoryMiB,
    });
  }
  return programs;
};
