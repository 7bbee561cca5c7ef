import { connect } from 'node:net';
import { echoService } from '../../testing/echo-service';
import { startGateway, type TestGateway } from '../../testing/gateway';

/** Sends bytes as they are, and reads to the end. */
const raw = (port: number, ...parts: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => parts.forEach((part) => socket.write(part)));
    let text = '';
    socket.setTimeout(50_000, () => socket.destroy(new Error('no response')));
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });

describe('the gateway', () => {
  let echo: Awaited<ReturnType<typeof echoService>>;
  let gateway: TestGateway;
  let teller: Record<string, string>;

  beforeAll(async () => {
    const products = Array.from({ length: 100 }, (_, number) => ({
      sku: `cd-${number}`,
      title: 'The same record again',
      unitPriceCents: 1,
      currency: 'EUR',
      onHand: 0,
      reserved: 0,
      free: 0,
    }));
    echo = await echoService((req, res, next) =>
      req.path === '/products' ? res.json({ products }) : next(),
    );
    gateway = await startGateway({ inventory: echo.port, accounts: echo.port });
    teller = await gateway.bearer('teller');
  });
  afterAll(async () => {
    await gateway.close();
    await echo.close();
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}${path}`, { headers: { ...teller, ...headers } });
  const send = (method: string, path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}${path}`, {
      method,
      body,
      headers: { ...teller, 'content-type': 'application/json', 'idempotency-key': 'k', ...headers },
    });

  it('sends security headers with every response', async () => {
    for (const path of ['/api/products', '/api/nothing', '/docs', '/openapi.json']) {
      const { headers } = await get(path);
      expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('does not serve its metrics on the public port', async () => {
    expect((await get('/metrics')).status).toBe(404);
  });

  it('compresses responses for clients that accept it', async () => {
    const plain = await get('/api/products', { 'accept-encoding': 'identity' });
    const packed = await get('/api/products', { 'accept-encoding': 'gzip' });
    expect([plain.headers.get('content-encoding'), packed.headers.get('content-encoding')]).toEqual([
      null,
      'gzip',
    ]);
    expect(await packed.text()).toBe(await plain.text());
  });

  it('responds 304 when the caller has the current representation', async () => {
    const first = await get('/api/products');
    const request = [
      'GET /api/products HTTP/1.1',
      'Host: x',
      'Connection: close',
      `Authorization: ${teller['authorization']}`,
      `If-None-Match: ${first.headers.get('etag')}`,
    ];
    const again = await raw(gateway.port, `${request.join('\r\n')}\r\n\r\n`);
    expect(again).toMatch(/^HTTP\/1\.1 304 /);
    expect(again.endsWith('\r\n\r\n')).toBe(true);
  });

  it('does not let pages of other origins read responses', async () => {
    const { headers } = await get('/api/products', { origin: 'https://example.com' });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  const deposits = '/api/accounts/1000000017/deposits';
  const post = (body: string, headers = {}) => send('POST', deposits, body, headers);

  it.each([
    ['malformed JSON', () => post('{"amountCents":'), 400, 'invalid-json'],
    ['JSON that is not an object', () => post('[]'), 400, 'invalid-request'],
    [
      'another content type',
      () => post('a=5', { 'content-type': 'text/plain' }),
      415,
      'unsupported-media-type',
    ],
    ['an unknown encoding', () => post('{}', { 'content-encoding': 'zip' }), 415, 'unsupported-encoding'],
    ['a body that is too large', () => post(`{"a":"${'x'.repeat(70_000)}"}`), 413, 'body-too-large'],
    ['a number out of range', () => post('{"amountCents":1e999}'), 400, 'invalid-request'],
    ['a non-ASCII If-Match', () => post('{}', { 'if-match': '"\u00e4"' }), 400, 'invalid-request'],
    [
      'a consistency token that is too long',
      () => post('{}', { 'consistency-token': 'x'.repeat(1_025) }),
      400,
      'invalid-request',
    ],
    ['another method', () => send('PUT', deposits, '{}'), 405, 'method-not-allowed'],
    ['an unknown path', () => send('POST', '/api/accounts', '{}'), 404, 'not-found'],
    ['a path with invalid percent-encoding', () => get('/api/accounts/%E0%A4%A'), 400, 'invalid-request'],
  ])('rejects %s with a problem', async (_what, ask, status, name) => {
    const response = await ask();
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(await response.json()).toMatchObject({ type: `/problems/${name}`, status });
  });

  it.each([
    [
      'headers that are too large',
      [`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`],
      431,
    ],
    ['input that is not HTTP', ['hello\r\n\r\n'], 400],
    [
      'two body lengths',
      [
        'POST /api/products HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ],
      400,
    ],
    ['two Host headers', ['GET /api/products HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'], 400],
    ['an invalid request target', ['GET http://[/api/products HTTP/1.1\r\nHost: x\r\n\r\n'], 400],
    ['headers that never end', ['GET / HTTP/1.1\r\nHost: x\r\n'], 408],
  ])('rejects %s with a problem', async (_what, parts, status) => {
    const text = await raw(gateway.port, ...parts);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text).toContain('application/problem+json');
  });
});

describe('the rate limit of the gateway', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({}, { perSecond: 2 });
  });
  afterAll(() => gateway.close());

  it('rejects a caller above the limit and serves others', async () => {
    const sagas = (headers: Record<string, string>) => fetch(`${gateway.url}/api/sagas/none`, { headers });
    const operator = await gateway.bearer('operator');
    const responses = await Promise.all(Array.from({ length: 30 }, () => sagas(operator)));
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^[12]$/);
    expect(refused[0]?.headers.get('ratelimit')).toMatch(/^"caller"; r=0; t=[012]$/);
    expect((await sagas(await gateway.bearer('teller'))).status).toBe(403);
  });

  it('applies to requests with invalid tokens, by address', async () => {
    const tries = Array.from({ length: 30 }, (_, number) =>
      fetch(`${gateway.url}/api/products`, { headers: { authorization: `Bearer ${number}` } }),
    );
    const statuses = new Set((await Promise.all(tries)).map(({ status }) => status));
    expect(statuses).toEqual(new Set([401, 429]));
  });
});
