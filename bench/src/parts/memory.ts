import { readFileSync } from 'node:fs';

/** What a process has in memory, in MB; undefined where the system does not tell it in this way. */
export const residentMb = (pid: number | undefined): number | undefined => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024;
  } catch {
    return undefined;
  }
};
