import { execFileSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { devToken, gatewayUrl, wholeSystem } from './shop';

/** Connections that are being made at once. */
const AT_ONCE = 250;
/** What one connection may cost the gateway, while it holds a request that is not complete. */
const BYTES_EACH = 24_000;
const OPEN_FILES = Number(
  execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).replace('unlimited', '1e9'),
);
/** Where a process may not have so many files open: as many as it may, and some for all else. */
const CROWD = Math.min(10_000, OPEN_FILES - 1_000);

type Caller = Readonly<{
  socket: Socket;
  /** What was answered until the connection ended. */
  answer: Promise<string>;
}>;

/** Connects and sends this, and nothing else. */
const caller = (text: string): Promise<Caller> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(gatewayUrl());
    const socket = connect(Number(port), hostname);
    let received = '';
    const answer = new Promise<string>((ended) => {
      socket.on('data', (part) => (received += part.toString()));
      socket.once('close', () => ended(received));
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject).on('error', () => undefined); // The answer tells how it ended.
      socket.write(text);
      resolve({ socket, answer });
    });
  });

const crowd = async (size: number, text: string): Promise<readonly Caller[]> => {
  const callers: Caller[] = [];
  while (callers.length < size)
    callers.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, size - callers.length) }, () => caller(text)),
      )),
    );
  return callers;
};

/** How many were answered in which way. */
const tally = async (callers: readonly Caller[]): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {};
  for (const { answer } of callers) {
    const text = await answer;
    const [, status = 'nothing'] = /^HTTP\/1\.1 (\d+) /.exec(text) ?? [];
    const kind = text.includes('application/problem+json') ? `${status} problem` : status;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
};

const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(wholeSystem().addresses.services['gateway']!.metricsUrl)).text();
  return Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1]);
};
const memory = () => metric('process_resident_memory_bytes');

const request = (line: string, ...headers: readonly string[]): string =>
  [`${line} HTTP/1.1`, 'Host: bank', ...headers, '', ''].join('\r\n');
const deposit = (...headers: readonly string[]): string =>
  request('POST /api/accounts/1000000017/deposits', 'Content-Type: application/json', ...headers);

describe('the gateway', () => {
  let authorization: string;
  let startedAt: number;
  /** They need half a minute, in which the other tests run. */
  let slowSenders: readonly Caller[];
  let drops: NodeJS.Timeout;
  beforeAll(async () => {
    slowSenders = await crowd(100, deposit('Content-Length: 1000'));
    drops = setInterval(() => slowSenders.forEach(({ socket }) => socket.write('x')), 1_000);
    authorization = `Bearer ${await devToken({ role: 'teller' })}`;
    startedAt = await metric('process_start_time_seconds');
  });
  afterAll(() => clearInterval(drops));
  afterEach(async () => expect(await metric('process_start_time_seconds')).toBe(startedAt));

  /** What somebody sees who comes while the crowd is there. */
  const slowestOf = async (calls: number): Promise<number> => {
    let slowestMs = 0;
    for (let call = 0; call < calls; call += 1) {
      const before = performance.now();
      const { status } = await fetch(`${gatewayUrl()}/api/products`, { headers: { authorization } });
      expect(status).toBe(200);
      slowestMs = Math.max(slowestMs, performance.now() - before);
    }
    return slowestMs;
  };

  it(`serves others while ${CROWD} send half a request, and tells each of these that it was too slow`, async () => {
    const before = await memory();
    const callers = await crowd(CROWD, 'GET /api/products HTTP/1.1\r\nHost: ');
    const slowestMs = await slowestOf(20);
    const costs = (await memory()) - before;
    console.info(
      `${CROWD} connections: ${(costs / CROWD / 1_000).toFixed(1)} kB each, slowest of others ${slowestMs.toFixed()} ms`,
    );
    expect(costs).toBeLessThan(CROWD * BYTES_EACH);
    expect(await tally(callers)).toEqual({ '408 problem': CROWD });
  });

  it(`answers ${CROWD} who ask at once`, async () => {
    const callers = await crowd(CROWD, request('GET /api/products', 'Connection: close'));
    const { '401 problem': unknown = 0, '429 problem': tooMany = 0 } = await tally(callers);
    expect(unknown).toBeGreaterThan(0);
    expect(unknown + tooMany).toBe(CROWD);
  });

  it('takes little of bodies that have no end, whether they say so or not', async () => {
    const before = await memory();
    const piece = 'x'.repeat(65_536);
    const flood = async (head: string, text: string): Promise<Caller> => {
      const one = await caller(head);
      const pour = (): void => {
        if (one.socket.writable && one.socket.write(text)) setImmediate(pour);
      };
      one.socket.on('drain', pour);
      one.socket.on('data', () => one.socket.destroy());
      pour();
      return one;
    };
    const told = deposit('Content-Length: 10000000000');
    const untold = deposit('Transfer-Encoding: chunked');
    const chunk = `10000\r\n${piece}\r\n`;
    const callers = await Promise.all(
      Array.from({ length: 100 }, (_, number) => (number % 2 ? flood(told, piece) : flood(untold, chunk))),
    );
    expect(await tally(callers)).toEqual({ '413 problem': 100 });
    expect((await memory()) - before).toBeLessThan(100e6);
  });

  it('gives up on those who send a body drop by drop', async () =>
    expect(await tally(slowSenders)).toEqual({ '408 problem': 100 }));
});
