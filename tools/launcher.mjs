// npm and the shell that it runs a script in do not pass every signal on to the program: when npm is terminated, the
// program would live on without them.
import { execFileSync } from 'node:child_process';

const CHECK_EVERY_MS = 500;
const SHELL = /^-?(\S*\/)?(sh|bash|dash|zsh|ksh)\s+-c\s/;

const ps = (pid, column) => {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return ''; // No such process, or no ps.
  }
};

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** The npm that runs this script, when a shell is in between. */
const npmBehind = (parent) => {
  const grandparent = SHELL.test(ps(parent, 'args')) ? Number(ps(parent, 'ppid')) : 0;
  return grandparent > 1 ? grandparent : undefined;
};

/** Sends this process SIGTERM when the npm that started it is gone, however it ended. */
export const endWithNpm = () => {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const npm = npmBehind(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || isAlive(npm))) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, CHECK_EVERY_MS);
  timer.unref();
};
