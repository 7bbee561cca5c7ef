import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const ps = (pid: number, column: string): string => {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return ''; // No such process, or no ps.
  }
};

const proc = (pid: number, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
};

/** Distinguishes a process from a later one with the same number. Empty when there is none. */
export const startOf = (pid: number): string => {
  const stat = proc(pid, 'stat');
  // The name, in brackets, may contain anything; the start time is the 20th field after it.
  if (stat !== undefined) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return process.platform === 'linux' ? '' : ps(pid, 'lstart');
};

export const commandLineOf = (pid: number): string =>
  proc(pid, 'cmdline')?.replaceAll('\0', ' ') ?? (process.platform === 'linux' ? '' : ps(pid, 'command'));
