import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PreflightError } from '../errors';
import { commandLineOf } from '../supervision/process-identity';
import { dataFolder, runningSystem } from '../system/data-folder';

const MIB = 1024;

const parentOf = (pid: number): number =>
  Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/** Proportional set size in KiB: memory that several processes share counts for each in part. */
const sharedOutMemory = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);

const familyOf = (runner: number): readonly number[] => {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(Number(entry), parentOf(Number(entry)));
    } catch {
      // It ended meanwhile.
    }
  }
  const belongs = (pid: number | undefined): boolean =>
    pid === runner || (pid !== undefined && pid > 1 && belongs(parents.get(pid)));
  return [...parents.keys()].filter(belongs);
};

const nameOf = (pid: number): string => {
  const commandLine = commandLineOf(pid);
  const app = /--app-id=(\S+)/.exec(commandLine)?.[1];
  if (app !== undefined) return `${app}-dapr`;
  return (
    /dist\/([\w-]+)\.cjs/.exec(commandLine)?.[1] ??
    (commandLine.split(/[ :]/)[0] ?? '').split('/').at(-1) ??
    ''
  );
};

/** Prints the memory of the running system by process. Linux only. */
export const memory = async (): Promise<number> => {
  if (process.platform !== 'linux')
    throw new PreflightError('Only Linux reports the memory that processes share.');
  const folder = dataFolder();
  if (runningSystem(folder) === undefined)
    throw new PreflightError(`No system runs on ${folder}. Start one first, with npm start.`);
  const runner = Number(readFileSync(join(folder, 'run.lock'), 'utf8').split(' ')[0]);
  const byName = new Map<string, number>();
  for (const pid of familyOf(runner)) {
    const name = nameOf(pid);
    byName.set(name, (byName.get(name) ?? 0) + sharedOutMemory(pid));
  }
  const rows = [...byName].sort(([, one], [, other]) => other - one);
  const total = rows.reduce((sum, [, kib]) => sum + kib, 0);
  for (const [name, kib] of [...rows, ['total', total] as const])
    process.stdout.write(`${(kib / MIB).toFixed(0).padStart(6)} MiB  ${name}\n`);
  return 0;
};
