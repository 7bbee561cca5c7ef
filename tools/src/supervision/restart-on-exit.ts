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

export type ProcessSpec = Readonly<{
  name: string;
  command: Command;
  logFile: string;
  ready: Check;
  readyWithinMs?: number;
  /** Before each start, the first one too: for example to clear away what a crash left. */
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

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 5_000;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
/** A process that stayed up this long has earned the shortest pause again. */
const STABLE_MS = 30_000;
const LOG_LINES_SHOWN = 8;
/** A log that grows beyond this is emptied; programs append to it, so they go on at its new end. */
const LOG_BYTES = 64 * 2 ** 20;
const LOG_CHECK_MS = 30_000;

const howItEnded = ({ code, signal, error }: Exit): string => {
  if (error) return `could not be started (${error.message})`;
  return signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
};

/** The end of a log, for a message to a person. */
export const logTail = (file: string, lines = LOG_LINES_SHOWN): string =>
  existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '';

const boundLog = (file: string): void => {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) truncateSync(file);
};

/** A program that runs until it is stopped: it is started again whenever it ends by itself or is killed. */
export class ManagedProcess {
  private child: Child | undefined;
  /** The process that was last told to be ready. */
  private readyPid: number | undefined;
  private stopping = false;
  private starts = 0;
  private backoffMs = FIRST_BACKOFF_MS;
  private recovery: Promise<void> = Promise.resolve();
  private readonly quit = new AbortController();
  private readonly logCheck: NodeJS.Timeout;

  constructor(
    private readonly spec: ProcessSpec,
    private readonly onEvent: OnProcessEvent,
  ) {
    this.logCheck = setInterval(() => boundLog(spec.logFile), LOG_CHECK_MS).unref();
  }

  get name(): string {
    return this.spec.name;
  }

  get logFile(): string {
    return this.spec.logFile;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get restarts(): number {
    return Math.max(0, this.starts - 1);
  }

  /** For failure drills: as after any crash, it is started again. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (this.pid !== undefined) signalTo(this.pid, signal);
  }

  pause(): void {
    this.kill('SIGSTOP');
  }

  resume(): void {
    this.kill('SIGCONT');
  }

  /** Resolves when the process as it is now, or its successor, answers its probe. */
  whenReady(): Promise<void> {
    return this.untilReady(this.spec.ready, this.quit.signal);
  }

  /** Resolves when another process than the given one is ready, and that has been told. */
  whenRestarted(before: number | undefined): Promise<void> {
    return this.untilReady(async (signal) => {
      if (this.pid === undefined || this.pid === before || this.pid !== this.readyPid)
        throw new Error('it was not started again yet');
      await this.spec.ready(signal);
    }, this.quit.signal);
  }

  /** Ends it politely and waits for its successor. */
  async restart(): Promise<void> {
    const before = this.pid;
    await this.endChild();
    await this.whenRestarted(before);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.logCheck);
    this.quit.abort(new Error(`${this.name} is being stopped`));
    await this.recovery;
    await this.endChild();
    this.onEvent({ type: 'stopped', name: this.name });
  }

  /** Resolves when it is ready; rejects when it ends before. Use `restartOnExit`. */
  async launch(): Promise<void> {
    await this.spec.before?.();
    if (this.stopping) return;
    const startedAt = Date.now();
    const child = startChild(this.spec.command, this.logFile);
    this.child = child;
    this.starts += 1;
    const gone = new AbortController();
    void child.exited.then((exit) => {
      gone.abort(new Error(`${this.name} ${howItEnded(exit)}`));
      if (this.child === child) this.child = undefined;
    });
    await this.untilReady(this.spec.ready, AbortSignal.any([gone.signal, this.quit.signal]));
    const tookMs = Date.now() - startedAt;
    this.readyPid = child.pid;
    this.onEvent({ type: 'ready', name: this.name, pid: child.pid ?? 0, tookMs, restarts: this.restarts });
    void child.exited.then((exit) => {
      if (Date.now() - startedAt > STABLE_MS) this.backoffMs = FIRST_BACKOFF_MS;
      if (!this.stopping) this.recovery = this.recover(howItEnded(exit));
    });
  }

  private async recover(how: string): Promise<void> {
    let cause: string | undefined = how;
    while (cause !== undefined && !this.stopping) {
      const restartInMs = this.backoffMs;
      this.backoffMs = Math.min(LONGEST_BACKOFF_MS, this.backoffMs * 2);
      this.onEvent({ type: 'crashed', name: this.name, how: cause, restartInMs, logFile: this.logFile });
      await sleep(restartInMs, undefined, { signal: this.quit.signal }).catch(() => undefined);
      if (this.stopping) return;
      appendFileSync(this.logFile, `--- ${this.name} ${cause}; start ${this.starts + 1}\n`);
      cause = await this.launch().then(
        () => undefined,
        (error: unknown) => messageOf(error).replace(`${this.name} `, ''),
      );
      if (cause !== undefined) await this.endChild();
    }
  }

  private untilReady(check: Check, signal: AbortSignal): Promise<void> {
    return until(check, {
      what: this.name,
      timeoutMs: this.spec.readyWithinMs ?? READY_WITHIN_MS,
      signal,
    });
  }

  private async endChild(): Promise<void> {
    const { child } = this;
    if (child?.pid === undefined) return;
    signalTo(-child.pid, this.spec.stopSignal ?? 'SIGTERM');
    signalTo(-child.pid, 'SIGCONT');
    const group = -child.pid;
    const patience = setTimeout(() => signalTo(group, 'SIGKILL'), this.spec.stopWithinMs ?? STOP_WITHIN_MS);
    await child.exited;
    clearTimeout(patience);
  }
}

/** Starts a program and returns when it is ready. From then on it is kept running until it is stopped. */
export const restartOnExit = async (
  spec: ProcessSpec,
  onEvent: OnProcessEvent = () => undefined,
): Promise<ManagedProcess> => {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  writeFileSync(spec.logFile, '');
  const running = new ManagedProcess(spec, onEvent);
  try {
    await running.launch();
  } catch (error) {
    await running.stop();
    throw new PreflightError(`${messageOf(error)}. The end of ${spec.logFile}:\n${logTail(spec.logFile)}`, {
      cause: error,
    });
  }
  return running;
};
