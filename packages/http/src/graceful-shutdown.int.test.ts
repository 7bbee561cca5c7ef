import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@bankside/tools';
import { build } from 'esbuild';

type Response = Readonly<{ status: number; headers: IncomingHttpHeaders; text: string }>;

const get = (port: number, path: string, agent: Agent): Promise<Response> =>
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

/** One connection, kept alive until the server closes it. */
const connection = (): Agent => new Agent({ keepAlive: true, maxSockets: 1 });

describe('a process that receives SIGTERM', () => {
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
    const child = fork(program, [String(port)], { execArgv: [], stdio: 'ignore' });
    children.add(child);
    child.once('exit', () => children.delete(child));
    const ready = async (): Promise<void> => {
      if ((await get(port, '/readyz', oneConnection())).status !== 200) throw new Error('not ready');
    };
    await until(ready, { what: 'the service', timeoutMs: 20_000 });
    return child;
  };
  /** Stops a process whose drain delay ends when `drained` resolves. */
  const stop = async (child: ChildProcess, drained: () => Promise<void>): Promise<unknown> => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await drained();
    child.send('drained');
    return (await exited)[0] as unknown;
  };
  const isSo = (check: () => Promise<void> | void, what: string) =>
    until(async () => check(), { what, timeoutMs: 20_000 });

  it('reports not ready, sends `Connection: close`, and completes open requests', async () => {
    const port = await freePort();
    const child = await start(port);
    const [idle, held, dropping, probe] = [
      oneConnection(),
      oneConnection(),
      oneConnection(),
      oneConnection(),
    ];
    expect((await get(port, '/quick', idle)).headers.connection).toBe('keep-alive');
    await get(port, '/quick', probe);
    const underWay = [get(port, '/held', held), get(port, '/drops', dropping)] as const;
    await isSo(async () => expect((await get(port, '/holding', idle)).text).toBe('2'), 'the arrival of both');
    const exit = stop(child, async () => {
      await isSo(
        async () => expect((await get(port, '/readyz', oneConnection())).status).toBe(503),
        'the end of readiness',
      );
      const again = await get(port, '/quick', idle);
      expect([again.status, again.headers.connection]).toEqual([200, 'close']);
    });
    await isSo(
      () => expect(get(port, '/quick', oneConnection())).rejects.toThrow('ECONNREFUSED'),
      'the end of listening',
    );
    child.send('release');
    const [response, drops] = await Promise.all(underWay);
    expect([response.status, response.headers.connection]).toEqual([200, 'close']);
    expect([drops.status, drops.text]).toEqual([200, 'first,last']);
    expect(await exit).toBe(0);
  });

  it('completes every request while two replicas restart in turn', async () => {
    const ports = [await freePort(), await freePort()];
    const replicas = await Promise.all(ports.map(start));
    let over = false;
    const failures: unknown[] = [];
    const served = new Set<string>();
    const staying: (number | undefined)[] = [];

    /** Uses one replica until it sends `Connection: close`, then another that is ready. */
    const caller = async (number: number): Promise<void> => {
      for (let turn = number; !over; turn += 1) {
        const port = ports[turn % ports.length]!;
        staying[number] = port;
        const ready = await get(port, '/readyz', oneConnection()).catch(() => undefined);
        let stay = ready?.status === 200;
        const agent = oneConnection();
        while (stay && !over) {
          try {
            const { status, headers, text } = await get(port, '/quick', agent);
            expect(status).toBe(200);
            served.add(text);
            stay = headers.connection === 'keep-alive';
          } catch (error) {
            failures.push(error);
            stay = false;
          }
        }
        staying[number] = undefined;
      }
    };
    const callers = Array.from({ length: 8 }, (_, number) => caller(number));
    await until(async () => expect(served.size).toBe(2), { what: 'both replicas', timeoutMs: 20_000 });
    for (const [index, port] of ports.entries()) {
      const allHaveLeft = () => isSo(() => expect(staying).not.toContain(port), 'the leaving of all');
      expect(await stop(replicas[index]!, allHaveLeft)).toBe(0);
      replicas[index] = await start(port);
    }
    over = true;
    await Promise.all(callers);
    expect(failures).toEqual([]);
    expect(served.size).toBeGreaterThanOrEqual(3);
    expect(await Promise.all(replicas.map((one) => stop(one, async () => undefined)))).toEqual([0, 0]);
  });
});
