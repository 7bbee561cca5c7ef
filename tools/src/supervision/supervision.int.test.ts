import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { freePort } from '../ports';
import { tryLock, unlock } from './file-lock';
import { commandLineOf } from './process-identity';
import { tcpAnswers } from './probes';
import { restartOnExit, type ProcessEvent } from './restart-on-exit';
import { until } from './until';

const serverOn = (port: number): string => `require('node:net').createServer().listen(${port}, '127.0.0.1')`;
const gone = (pid: number) =>
  until(
    async () => {
      if (commandLineOf(pid) !== '') throw new Error(`${pid} is still there`);
    },
    {
      what: 'Its end',
      timeoutMs: 30_000,
    },
  );

describe('a supervised process', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bankside-process-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const start = (script: string, port: number, onEvent?: (event: ProcessEvent) => void) =>
    restartOnExit(
      {
        name: 'victim',
        command: { command: process.execPath, args: ['-e', script] },
        logFile: join(folder, 'victim.log'),
        ready: tcpAnswers(port),
        stopWithinMs: 500,
      },
      onEvent,
    );

  it('is started again when it is killed, and says so', async () => {
    const port = await freePort();
    const events: string[] = [];
    const victim = await start(serverOn(port), port, ({ type }) => events.push(type));
    const before = victim.pid;
    victim.kill();
    await victim.whenRestarted(before);
    await victim.stop();
    expect(events).toEqual(['ready', 'crashed', 'ready', 'stopped']);
    expect(victim.restarts).toBe(1);
  });

  it('is killed when it ignores the request to stop', async () => {
    const port = await freePort();
    const victim = await start(`process.on('SIGTERM', () => {}); ${serverOn(port)}`, port);
    const pid = victim.pid!;
    await victim.stop();
    expect(commandLineOf(pid)).toBe('');
  });

  it('that ends before it is ready fails the start with the end of its log', async () => {
    const port = await freePort();
    await expect(start(`console.error('no such table'); process.exit(3)`, port)).rejects.toThrow(
      /victim ended with code 3[^]*no such table/,
    );
  });

  it('ends with the process that started it, even when that is killed', async () => {
    const port = await freePort();
    const parentProgram = join(folder, 'parent.cjs');
    await build({
      stdin: {
        contents: `import { startChild } from './child';
          console.log(startChild({ command: process.execPath, args: ['-e', ${JSON.stringify(serverOn(port))}] }, '/dev/null').pid);
          setInterval(() => {}, 1000);`,
        resolveDir: __dirname,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      outfile: parentProgram,
    });
    const parent = spawn(process.execPath, [parentProgram], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(output.toString());
    expect(commandLineOf(pid)).toContain('createServer');
    parent.kill('SIGKILL');
    await gone(pid);
  });
});

describe('a lock', () => {
  it('is held by one, and free again when given back', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bankside-lock-'));
    const file = join(folder, 'lock');
    expect([tryLock(file), tryLock(file)]).toEqual([true, false]);
    unlock(file);
    expect(tryLock(file)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});
