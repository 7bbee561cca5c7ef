import { execFileSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { devToken, gatewayUrl, wholeSystem } from './shop';

/** Connections that are opened concurrently. */
const AT_ONCE = 250;
/** Bytes of memory that the gateway may use per connection with an incomplete request. */
const BYTES_EACH = 24_000;
const OPEN_FILES = Number(
  execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).replace('unlimited', '1e9'),
);
/** Number of connections, reduced when the limit of open files requires it. */
const CROWD = Math.min(10_000, OPEN_FILES - 1_000);

type Caller = Readonly<{
  socket: Socket;
  /** The text received until the connection closed. */
  response: Promise<string>;
}>;

/** Connects and sends `text`, then nothing more. */
const caller = (text: string): Promise<Caller> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(gatewayUrl());
    const socket = connect(Number(port), hostname);
    let received = '';
    const response = new Promise<string>((ended) => {
      socket.on('data', (part) => (received += part.toString()));
      socket.once('close', () => ended(received));
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject).on('error', () => undefined); // The received text shows how the connection ended.
      socket.write(text);
      resolve({ socket, response });
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

/** Counts the connections by the kind of their response. */
const tally = async (callers: readonly Caller[]): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {};
  for (const { response } of callers) {
    const text = await response;
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

describe('a gateway under many connections', () => {
  let authorization: string;
  let startedAt: number;
  /** Their timeout takes half a minute, during which the other tests run. */
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

  /** Makes ordinary calls, each of which must succeed. */
  const callOften = async (calls: number): Promise<void> => {
    for (let call = 0; call < calls; call += 1) {
      const { status } = await fetch(`${gatewayUrl()}/api/products`, { headers: { authorization } });
      expect(status).toBe(200);
    }
  };

  it(`serves other callers while ${CROWD} send half a request, and returns 408 to each of these`, async () => {
    const before = await memory();
    const callers = await crowd(CROWD, 'GET /api/products HTTP/1.1\r\nHost: ');
    await callOften(20);
    const costs = (await memory()) - before;
    expect(costs).toBeLessThan(CROWD * BYTES_EACH);
    expect(await tally(callers)).toEqual({ '408 problem': CROWD });
  });

  it(`responds to ${CROWD} concurrent requests`, async () => {
    const callers = await crowd(CROWD, request('GET /api/products', 'Connection: close'));
    const { '401 problem': unknown = 0, '429 problem': _tooMany, ...others } = await tally(callers);
    expect(unknown).toBeGreaterThan(0);
    expect(others).toEqual({});
  });

  it('reads little of endless bodies, with and without a content length', async () => {
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
    const declared = deposit('Content-Length: 10000000000');
    const chunked = deposit('Transfer-Encoding: chunked');
    const chunk = `10000\r\n${piece}\r\n`;
    const callers = await Promise.all(
      Array.from({ length: 100 }, (_, number) =>
        number % 2 ? flood(declared, piece) : flood(chunked, chunk),
      ),
    );
    expect(await tally(callers)).toEqual({ '413 problem': 100 });
    expect((await memory()) - before).toBeLessThan(100e6);
  });

  it('returns 408 to callers that send a body byte by byte', async () =>
    expect(await tally(slowSenders)).toEqual({ '408 problem': 100 }));
});
