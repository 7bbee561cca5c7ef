import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@bankside/tools';
import { build } from 'esbuild';

type Answer = Readonly<{ status: number; headers: IncomingHttpHeaders; text: string }>;

const get = (port: number, path: string, agent: Agent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, agent }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      res.once('error', reject);
      res.once('end', () => resolve({ status: res.statusCode!, headers: res.headers, text }));
    });
    asked.once('error', reject);
    asked.end();
  });

/** One connection, kept as long as the other side allows. */
const connection = (): Agent => new Agent({ keepAlive: true, maxSockets: 1 });

describe('a process that is told to stop', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bankside-drain-'));
  const program = join(folder, 'service.cjs');
  const agents: Agent[] = [];
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    await build({
      entryPoints: [join(__dirname, '..', 'testing', 'slow-service.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['@dapr/dapr', 'pg-native', 'mongodb', '@temporalio/*'],
      logLevel: 'error',
    });
  });
  afterAll(() => {
    for (const agent of agents) agent.destroy();
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const oneConnection = (): Agent => {
    const agent = connection();
    agents.push(agent);
    return agent;
  };
  const start = async (port: number): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [program, String(port)], { stdio: 'ignore' });
    children.add(child);
    child.once('exit', () => children.delete(child));
    const ready = async (): Promise<void> => {
      if ((await get(port, '/readyz', oneConnection())).status !== 200) throw new Error('not ready');
    };
    await until(ready, { what: 'the service', timeoutMs: 20_000 });
    return child;
  };
  const stop = async (child: ChildProcess): Promise<unknown> => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    return (await exited)[0] as unknown;
  };

  it('is not ready any more, tells its callers to leave, and ends what is under way', async () => {
    const port = await freePort();
    const child = await start(port);
    const [idle, slow, dropping, probe] = [
      oneConnection(),
      oneConnection(),
      oneConnection(),
      oneConnection(),
    ];
    expect((await get(port, '/slow/0', idle)).headers.connection).toBe('keep-alive');
    await get(port, '/slow/0', probe);
    const underWay = [get(port, '/slow/2500', slow), get(port, '/drops/2500', dropping)] as const;
    await get(port, '/slow/0', idle); // Both have arrived when this one, sent after them, is answered.
    const exit = stop(child);
    await until(async () => expect((await get(port, '/readyz', oneConnection())).status).toBe(503), {
      what: 'the end of readiness',
      timeoutMs: 900,
    });
    const again = await get(port, '/slow/0', idle);
    expect([again.status, again.headers.connection]).toEqual([200, 'close']);
    const [answer, drops] = await Promise.all(underWay);
    expect([answer.status, answer.headers.connection]).toEqual([200, 'close']);
    expect([drops.status, drops.text]).toEqual([200, 'first,last']);
    await expect(get(port, '/slow/0', oneConnection())).rejects.toThrow('ECONNREFUSED');
    expect(await exit).toBe(0);
  });

  it('leaves no request without its answer while two of them are started anew in turn', async () => {
    const ports = [await freePort(), await freePort()];
    const replicas = await Promise.all(ports.map(start));
    let over = false;
    const failures: unknown[] = [];
    const served = new Set<string>();

    /** Stays with one replica until it is told to leave, then goes to one that is ready. */
    const caller = async (number: number): Promise<void> => {
      for (let turn = number; !over; turn += 1) {
        const port = ports[turn % ports.length]!;
        const ready = await get(port, '/readyz', oneConnection()).catch(() => undefined);
        if (ready?.status !== 200) continue;
        const agent = oneConnection();
        for (let stay = true; stay && !over;) {
          try {
            const { status, headers, text } = await get(port, '/slow/5', agent);
            expect(status).toBe(200);
            served.add(text);
            stay = headers.connection === 'keep-alive';
          } catch (error) {
            failures.push(error);
            stay = false;
          }
        }
      }
    };
    const callers = Array.from({ length: 8 }, (_, number) => caller(number));
    await until(async () => expect(served.size).toBe(2), { what: 'both replicas', timeoutMs: 10_000 });
    for (const [index, port] of ports.entries()) {
      expect(await stop(replicas[index]!)).toBe(0);
      replicas[index] = await start(port);
    }
    over = true;
    await Promise.all(callers);
    expect(failures).toEqual([]);
    expect(served.size).toBeGreaterThanOrEqual(3);
    expect(await Promise.all(replicas.map(stop))).toEqual([0, 0]);
  });
});
