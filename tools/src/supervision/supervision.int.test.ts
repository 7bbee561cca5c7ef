import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { freePort } from '../ports';
import { tryLock, unlock } from './file-lock';
import { commandLineOf } from './process-identity';
import { tcpAnswers } from './probes';
import { restartOnExit, type ProcessEvent } from './restart-on-exit';
import { until } from './until';

const serverOn = (port: number): string => `require('node:net').createServer().listen(${port}, '127.0.0.1')`;
const expectGone = (pid: number) =>
  until(
    async () => {
      if (commandLineOf(pid) !== '') throw new Error(`it is still running`);
    },
    {
      what: `The end of ${pid}`,
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

  it('is restarted when it is killed, and emits an event for each change', async () => {
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

  it('is killed when it ignores SIGTERM', async () => {
    const port = await freePort();
    const victim = await start(`process.on('SIGTERM', () => {}); ${serverOn(port)}`, port);
    const pid = victim.pid!;
    await victim.stop();
    expect(commandLineOf(pid)).toBe('');
  });

  it('that exits before it is ready rejects the start with the last lines of its log', async () => {
    const port = await freePort();
    await expect(start(`console.error('no such table'); process.exit(3)`, port)).rejects.toThrow(
      /victim exited with code 3[^]*no such table/,
    );
  });

  /** A program that starts a supervised child and prints its process id, and that ends when the npm that runs it ends. */
  const buildParent = async (port: number): Promise<string> => {
    const outfile = join(folder, 'parent.cjs');
    const child = { command: process.execPath, args: ['-e', serverOn(port)] };
    await build({
      stdin: {
        contents: `import { startChild } from './child';
          import { endWithNpm } from '../../launcher.mjs';
          endWithNpm();
          console.log(startChild({ ...${JSON.stringify(child)} }, '/dev/null').pid);
          setInterval(() => {}, 1000);`,
        resolveDir: __dirname,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      outfile,
    });
    return outfile;
  };
  const pidFrom = async (parent: ChildProcessByStdio<null, Readable, null>): Promise<number> => {
    const [output] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(output.toString());
    expect(commandLineOf(pid)).toContain('createServer');
    return pid;
  };

  it('ends with the process that started it, even when that is killed', async () => {
    const program = await buildParent(await freePort());
    const parent = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await pidFrom(parent);
    parent.kill('SIGKILL');
    await expectGone(pid);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'ends with the npm that runs its parent, on %s',
    async (signal) => {
      const program = await buildParent(await freePort());
      const manifest = { name: 'parent', scripts: { start: `node ${program}` } };
      writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
      const npm = spawn('npm', ['start', '--silent'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
      const pid = await pidFrom(npm);
      npm.kill(signal);
      await expectGone(pid);
    },
  );
});

describe('a file lock', () => {
  it('has one holder at a time, and is free after unlock', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bankside-lock-'));
    const file = join(folder, 'lock');
    expect([tryLock(file), tryLock(file)]).toEqual([true, false]);
    unlock(file);
    expect(tryLock(file)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});
