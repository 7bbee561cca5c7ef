import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import type { Report } from '../report';

/** Last lines of the log of a failed run that the page shows. */
const KEPT_LINES = 30;
const KILLED_AFTER_MS = 60_000;

type ChildRun = Readonly<{
  /** The program with its arguments, which prints the report as one line of JSON. */
  command: readonly [program: string, ...args: string[]];
  timeoutMs: number;
  log: (line: string) => void;
  signal: AbortSignal;
}>;

const reportIn = (stdout: string): Report | undefined => {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Report;
  } catch {
    return undefined;
  }
};

/**
 * Runs a seed in a process of its own, so that a crash does not end the night and each run begins with a fresh heap.
 * @throws Error with the last lines of its log when it ends without a report
 */
export const runInChild = async ({ command, timeoutMs, log, signal }: ChildRun): Promise<Report> => {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const deadline = AbortSignal.timeout(timeoutMs);
  const done = new AbortController();
  const stop = (): void => {
    child.kill('SIGTERM'); // The run stops its system.
    void wait(KILLED_AFTER_MS, undefined, { signal: done.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
  };
  const stopping = AbortSignal.any([signal, deadline]);
  stopping.addEventListener('abort', stop);

  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (stdout += text));
  const kept: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    log(line);
    kept.push(line);
    if (kept.length > KEPT_LINES) kept.shift();
  });
  const [code, killedBy] = (await once(child, 'close').finally(() => {
    stopping.removeEventListener('abort', stop);
    done.abort();
  })) as [number | null, NodeJS.Signals | null];

  const report = code === 0 || code === 1 ? reportIn(stdout) : undefined;
  if (report) return report;
  const reason = deadline.aborted
    ? `did not end within ${Math.round(timeoutMs / 60_000)} minutes`
    : `ended without a report (${killedBy ?? `exit code ${code}`})`;
  throw new Error([`The run ${reason}.`, ...kept].join('\n'));
};
