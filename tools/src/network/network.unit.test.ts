import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { until } from '../supervision/until';
import type { Impairment } from './impairment';
import { linkName } from './pairs';
import { networkProxy, type NetworkProxy } from './proxy';

const LINK = linkName('client', 'server');
const WITHIN_MS = 5_000;

describe('the network between two processes', () => {
  let proxy: NetworkProxy;
  let server: Server;
  /** Sockets on the server's side, and the text that arrived there. */
  let accepted: Socket[];
  let received: string;
  let port: number;
  const clients: Socket[] = [];

  beforeEach(async () => {
    accepted = [];
    received = '';
    proxy = networkProxy();
    server = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => undefined).on('data', (chunk) => (received += chunk.toString()));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = await proxy.addListener('client', 'server', portOf(server));
  });
  afterEach(async () => {
    for (const socket of [...clients.splice(0), ...accepted]) socket.destroy();
    await proxy.close();
    server.close();
  });

  const portOf = (some: Server): number => (some.address() as AddressInfo).port;
  const client = async (to = port): Promise<Socket> => {
    const socket = connect({ port: to, host: '127.0.0.1' }).on('error', () => undefined);
    clients.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  /** A client and the server's socket of the same connection. */
  const connection = async () => {
    const near = await client();
    await eventually(() => expect(accepted).toHaveLength(clients.length));
    return { near, far: accepted.at(-1)! };
  };
  const eventually = (check: () => void): Promise<void> =>
    until(async () => check(), { what: 'the expectation', timeoutMs: WITHIN_MS });
  const impair = (impairment: Impairment): void => proxy.impair('fault', [LINK], impairment);
  const effects = () => proxy.effects()[LINK]!;
  /** Whether the socket closes with an error. */
  const closing = (socket: Socket): Promise<boolean> =>
    new Promise((resolve) => socket.once('close', resolve));
  const textAt = (socket: Socket): (() => string) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    return () => text;
  };

  it('passes bytes and ends in both directions, and counts no effect', async () => {
    const { near, far } = await connection();
    const atClient = textAt(near);
    near.write('request');
    await eventually(() => expect(received).toBe('request'));
    far.end('response');
    await once(near, 'end');
    expect(atClient()).toBe('response');
    expect(effects()).toMatchObject({ withheldBytes: 0, delayedBytes: 0, resetConnections: 0 });
  });

  it('delivers nothing in a partition, and everything in order once it heals', async () => {
    const { near, far } = await connection();
    const atClient = textAt(near);
    impair({ drop: 'both' });
    near.write('one ');
    far.write('response');
    await eventually(() => expect(effects().withheldBytes).toBe('one response'.length));
    near.end('two');
    await eventually(() => expect(effects().withheldBytes).toBe('one responsetwo'.length));
    expect([received, atClient()]).toEqual(['', '']);
    proxy.heal('fault');
    await eventually(() => expect([received, atClient()]).toEqual(['one two', 'response']));
  });

  it('opens no connection in a partition', async () => {
    impair({ drop: 'both' });
    (await client()).write('request');
    await eventually(() => expect(effects().withheldConnections).toBe(1));
    expect(accepted).toHaveLength(0);
    proxy.heal('fault');
    await eventually(() => expect(received).toBe('request'));
  });

  it.each(['forward', 'backward'] as const)('loses bytes %s alone', async (drop) => {
    const { near, far } = await connection();
    const atClient = textAt(near);
    impair({ drop });
    near.write('request');
    far.write('response');
    const passes = drop === 'forward' ? ['', 'response'] : ['request', ''];
    await eventually(() => expect([received, atClient()]).toEqual(passes));
    await eventually(() => expect(effects().withheldBytes).toBeGreaterThan(0));
    expect([received, atClient()]).toEqual(passes);
  });

  it('delivers no earlier than the latency, and keeps the order under jitter', async () => {
    const { near } = await connection();
    impair({ latencyMs: 100, jitterMs: 50 });
    const begun = performance.now();
    const words = Array.from({ length: 20 }, (_, index) => `${index} `);
    for (const word of words) {
      near.write(word);
      await new Promise(setImmediate);
    }
    await eventually(() => expect(received).toBe(words.join('')));
    expect(performance.now() - begun).toBeGreaterThanOrEqual(100);
    expect(effects().delayedBytes).toBe(words.join('').length);
  });

  it('limits the bandwidth', async () => {
    const { near } = await connection();
    impair({ bytesPerSecond: 100_000 });
    const begun = performance.now();
    near.write('x'.repeat(20_000));
    await eventually(() => expect(received).toHaveLength(20_000));
    expect(performance.now() - begun).toBeGreaterThanOrEqual(200);
  });

  it('delivers at once, in order, what a low bandwidth delayed when that ends', async () => {
    const { near } = await connection();
    impair({ bytesPerSecond: 100 });
    near.write('x'.repeat(20_000));
    await eventually(() => expect(effects().delayedBytes).toBe(20_000));
    proxy.heal('fault');
    near.write('end');
    await eventually(() => expect(received).toBe(`${'x'.repeat(20_000)}end`));
  });

  it('resets open connections at both ends, and serves the next one', async () => {
    const { near, far } = await connection();
    const errors = Promise.all([closing(near), closing(far)]);
    proxy.reset([LINK]);
    expect(await errors).toEqual([true, true]);
    expect(effects().resetConnections).toBe(1);
    const next = await connection();
    next.near.write('again');
    await eventually(() => expect(received).toBe('again'));
  });

  it('forgets open connections, whose ends do not learn of it, and serves the next one', async () => {
    const { near, far } = await connection();
    const atClient = textAt(near);
    proxy.forget([LINK]);
    near.write('request');
    far.write('response');
    const next = await connection();
    next.near.write('again');
    await eventually(() => expect(received).toBe('again'));
    near.destroy();
    await eventually(() => expect(near.closed).toBe(true));
    expect([received, atClient(), far.destroyed]).toEqual(['again', '', false]);
    expect(effects().forgottenConnections).toBe(1);
  });

  it('closes every connection with the proxy, also a forgotten one and one in a partition', async () => {
    await connection();
    proxy.forget([LINK]);
    await connection();
    impair({ drop: 'both' });
    const closed = accepted.map((far) => once(far, 'close'));
    expect(closed).toHaveLength(2);
    await proxy.close();
    await Promise.all(closed);
  });

  it('resets a connection to a process that is not there', async () => {
    const gone = await proxy.addListener('client', 'gone', 1);
    expect(await closing(await client(gone))).toBe(true);
  });

  it('passes the reset of one end on to the other', async () => {
    const { near, far } = await connection();
    far.resetAndDestroy();
    expect(await closing(near)).toBe(true);
  });

  it('leaves the links of other pairs alone', async () => {
    const other = await proxy.addListener('other', 'server', portOf(server));
    impair({ drop: 'both' });
    (await client(other)).write('request');
    await eventually(() => expect(received).toBe('request'));
  });

  it('lasts until every one of several impairments has healed', async () => {
    const { near } = await connection();
    impair({ drop: 'both' });
    proxy.impair('second', [LINK], { drop: 'forward' });
    proxy.heal('fault');
    near.write('request');
    await eventually(() => expect(effects().withheldBytes).toBe('request'.length));
    expect(received).toBe('');
    proxy.heal('second');
    await eventually(() => expect(received).toBe('request'));
  });

  it('rejects an impairment of a link that does not exist', () => {
    expect(() => proxy.impair('fault', ['a→b'], {})).toThrow('There is no link a→b.');
  });

  describe('as an HTTP proxy', () => {
    it('connects to the process that CONNECT names, through the link of that pair', async () => {
      const httpProxy = await proxy.addHttpProxy('client', ['server']);
      const near = await client(httpProxy);
      const atClient = textAt(near);
      near.write(`CONNECT server:${portOf(server)} HTTP/1.1\r\nHost: server\r\n\r\nrequest`);
      await eventually(() => expect(received).toBe('request'));
      accepted[0]!.write('response');
      await eventually(() => expect(atClient()).toBe('HTTP/1.1 200 OK\r\n\r\nresponse'));
    });

    it('resets a connection to a process that is no pair with the client', async () => {
      const near = await client(await proxy.addHttpProxy('client', ['server']));
      near.write(`CONNECT other:${portOf(server)} HTTP/1.1\r\n\r\n`);
      expect(await closing(near)).toBe(true);
    });
  });
});
