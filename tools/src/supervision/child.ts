import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { releaseGroup, reapGroup } from './reaper';

export type Command = Readonly<{
  command: string;
  args: readonly string[];
  /** Besides the few variables that every process gets. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  uid?: number;
  gid?: number;
}>;

export type Exit = Readonly<{ code: number | null; signal: NodeJS.Signals | null; error?: Error }>;

export type Child = Readonly<{ pid: number | undefined; exited: Promise<Exit> }>;

/** Variables passed on to every process. The others, which may be secrets, are not. */
const INHERITED = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

const inherited = (): Record<string, string> =>
  Object.fromEntries(
    INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );

/** Sends a signal to a process or, with a negative number, to a group. Returns false when there is none. */
export const signalTo = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};

/** Starts a program in a process group of its own, its output appended to a file, registered with the reaper. */
export const startChild = (spec: Command, logFile: string): Child => {
  const log = openSync(logFile, 'a');
  const child = spawn(spec.command, [...spec.args], {
    env: { ...inherited(), ...spec.env },
    stdio: ['ignore', log, log],
    detached: true,
    ...(spec.cwd !== undefined && { cwd: spec.cwd }),
    ...(spec.uid !== undefined && { uid: spec.uid }),
    ...(spec.gid !== undefined && { gid: spec.gid }),
  });
  closeSync(log);
  const { pid } = child;
  if (pid !== undefined) reapGroup(pid);
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => {
      if (pid !== undefined) {
        signalTo(-pid, 'SIGKILL'); // Terminates what it left behind in its group.
        releaseGroup(pid);
      }
      resolve({ code, signal });
    });
  });
  return { pid, exited };
};
