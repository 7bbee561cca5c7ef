import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, PreflightError } from '../errors';
import { signalTo, startChild, type Child, type Command, type Exit } from './child';
import { until, type Check } from './until';

type ProcessSpec = Readonly<{
  name: string;
  command: Command;
  logFile: string;
  ready: Check;
  readyWithinMs?: number;
  /** Runs before every start, the first one included: for example to remove what a crash left behind. */
  before?: () => Promise<void>;
  stopSignal?: NodeJS.Signals;
  stopWithinMs?: number;
}>;

export type ProcessEvent = Readonly<
  | { type: 'ready'; name: string; pid: number; tookMs: number; restarts: number }
  | { type: 'crashed'; name: string; how: string; restartInMs: number; logFile: string }
  | { type: 'stopped'; name: string }
>;

export type OnProcessEvent = (event: ProcessEvent) => void;

/** A program that runs until it is stopped: it is restarted whenever it exits or is killed. */
export type ManagedProcess = Readonly<{
  name: string;
  logFile: string;
  /** Undefined between an exit and the restart. */
  pid: number | undefined;
  restarts: number;
  /** For failure drills: the process is restarted as after any crash. Default: `SIGKILL`. */
  kill: (signal?: NodeJS.Signals) => void;
  pause: () => void;
  resume: () => void;
  /** Resolves when the current process, or its successor, passes its readiness check. */
  whenReady: () => Promise<void>;
  /** Resolves when a process other than `before` is ready and its `ready` event has been emitted. */
  whenRestarted: (before: number | undefined) => Promise<void>;
  /** Stops the process gracefully and waits for its successor. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}>;

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 5_000;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
/** After this time without a crash the backoff starts over. */
const STABLE_MS = 30_000;
const LOG_LINES_SHOWN = 8;
/** A larger log is truncated; programs append, so they continue at its new end. */
const LOG_BYTES = 64 * 2 ** 20;
const LOG_CHECK_MS = 30_000;

const howItEnded = ({ code, signal, error }: Exit): string => {
  if (error) return `could not be started (${error.message})`;
  return signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
};

/** The last lines of a log, for an error message. */
const logTail = (file: string, lines = LOG_LINES_SHOWN): string =>
  existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '';

const boundLog = (file: string): void => {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) truncateSync(file);
};

const supervisor = (spec: ProcessSpec, onEvent: OnProcessEvent) => {
  const { name, logFile, command, ready } = spec;
  const quit = new AbortController();
  const logCheck = setInterval(() => boundLog(logFile), LOG_CHECK_MS).unref();
  let child: Child | undefined;
  let readyPid: number | undefined;
  let starts = 0;
  let backoffMs = FIRST_BACKOFF_MS;
  let recovery: Promise<void> = Promise.resolve();

  const restarts = (): number => Math.max(0, starts - 1);
  const kill = (signal: NodeJS.Signals = 'SIGKILL'): void => {
    if (child?.pid !== undefined) signalTo(child.pid, signal);
  };
  const untilReady = (check: Check, signal: AbortSignal): Promise<void> =>
    until(check, { what: name, timeoutMs: spec.readyWithinMs ?? READY_WITHIN_MS, signal });

  /** Resolves when the process is ready; rejects when it exits before. */
  const launch = async (): Promise<void> => {
    await spec.before?.();
    if (quit.signal.aborted) return;
    const startedAt = Date.now();
    const started = startChild(command, logFile);
    child = started;
    starts += 1;
    const gone = new AbortController();
    void started.exited.then((exit) => {
      gone.abort(new Error(`${name} ${howItEnded(exit)}`));
      if (child === started) child = undefined;
    });
    await untilReady(ready, AbortSignal.any([gone.signal, quit.signal]));
    const tookMs = Date.now() - startedAt;
    readyPid = started.pid;
    onEvent({ type: 'ready', name, pid: started.pid ?? 0, tookMs, restarts: restarts() });
    void started.exited.then((exit) => {
      if (Date.now() - startedAt > STABLE_MS) backoffMs = FIRST_BACKOFF_MS;
      if (!quit.signal.aborted) recovery = recover(howItEnded(exit));
    });
  };

  const endChild = async (): Promise<void> => {
    const ending = child;
    if (ending?.pid === undefined) return;
    const group = -ending.pid;
    signalTo(group, spec.stopSignal ?? 'SIGTERM');
    signalTo(group, 'SIGCONT');
    const patience = setTimeout(() => signalTo(group, 'SIGKILL'), spec.stopWithinMs ?? STOP_WITHIN_MS);
    await ending.exited;
    clearTimeout(patience);
  };

  const recover = async (how: string): Promise<void> => {
    let cause: string | undefined = how;
    while (cause !== undefined && !quit.signal.aborted) {
      const restartInMs = backoffMs;
      backoffMs = Math.min(LONGEST_BACKOFF_MS, backoffMs * 2);
      onEvent({ type: 'crashed', name, how: cause, restartInMs, logFile });
      await sleep(restartInMs, undefined, { signal: quit.signal }).catch(() => undefined);
      if (quit.signal.aborted) return;
      appendFileSync(logFile, `--- ${name} ${cause}; start ${starts + 1}\n`);
      cause = await launch().then(
        () => undefined,
        (error: unknown) => messageOf(error).replace(`${name} `, ''),
      );
      if (cause !== undefined) await endChild();
    }
  };

  const whenRestarted = (before: number | undefined): Promise<void> =>
    untilReady(async (signal) => {
      if (child?.pid === undefined || child.pid === before || child.pid !== readyPid)
        throw new Error('it has not been restarted yet');
      await ready(signal);
    }, quit.signal);

  const stop = async (): Promise<void> => {
    clearInterval(logCheck);
    quit.abort(new Error(`${name} is being stopped`));
    await recovery;
    await endChild();
    onEvent({ type: 'stopped', name });
  };

  const managed: ManagedProcess = {
    name,
    logFile,
    get pid() {
      return child?.pid;
    },
    get restarts() {
      return restarts();
    },
    kill,
    pause: () => kill('SIGSTOP'),
    resume: () => kill('SIGCONT'),
    whenReady: () => untilReady(ready, quit.signal),
    whenRestarted,
    restart: async () => {
      const before = child?.pid;
      await endChild();
      await whenRestarted(before);
    },
    stop,
  };
  return { launch, managed };
};

/** Starts a program, resolves when it is ready, and restarts it after every exit until it is stopped. */
export const restartOnExit = async (
  spec: ProcessSpec,
  onEvent: OnProcessEvent = () => undefined,
): Promise<ManagedProcess> => {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  writeFileSync(spec.logFile, '');
  const { launch, managed } = supervisor(spec, onEvent);
  try {
    await launch();
  } catch (error) {
    await managed.stop();
    throw new PreflightError(`${messageOf(error)}. The end of ${spec.logFile}:\n${logTail(spec.logFile)}`, {
      cause: error,
    });
  }
  return managed;
};
