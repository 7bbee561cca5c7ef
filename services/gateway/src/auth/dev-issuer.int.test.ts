import { request } from 'node:http';
import { httpApp } from '@bankside/http';
import { createLogger, createMetrics } from '@bankside/runtime';
import { until } from '@bankside/tools';
import { listen, type Listening } from '../../testing/listen';
import { ADDRESSES, devIssuer } from './dev-issuer';

describe('the development issuer', () => {
  let server: Listening;
  afterEach(() => server.close());

  const start = async (hosts: readonly string[] = [], test = {}): Promise<void> => {
    server = await listen(
      httpApp({
        logger: createLogger('gateway', 'fatal'),
        metrics: createMetrics('gateway'),
        rawBodyRouters: [devIssuer(undefined, { hosts, test }).routes()],
        routes: {},
        ready: async () => {},
      }),
    );
  };
  const statusFor = (host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { host, 'content-type': 'application/json', 'x-forwarded-host': 'localhost' };
      request(`${server.url}/api/dev/tokens`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(JSON.stringify({ role: 'teller' }));
    });

  it.each(['localhost', 'localhost:8080', '127.0.0.1:8080', '127.1.2.3', '[::1]:8080'])(
    'issues a token to a request for %s',
    async (host) => {
      await start();
      expect(await statusFor(host)).toBe(201);
    },
  );

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    '10.0.0.1',
  ])('rejects a request for "%s" with 403, as of a page that rebound its name', async (host) => {
    await start();
    expect(await statusFor(host)).toBe(403);
  });

  it('issues tokens under a configured host, and under IP addresses if that is configured', async () => {
    await start(['bank.local', ADDRESSES]);
    expect(await statusFor('bank.local:80')).toBe(201);
    expect(await statusFor('10.0.0.1')).toBe(201);
    expect(await statusFor('evil.example')).toBe(403);
  });

  it('limits the requests of one address', async () => {
    await start([], { tokensPerSecond: 2 });
    await until(
      async () => {
        const statuses = await Promise.all(Array.from({ length: 5 }, () => statusFor('localhost')));
        expect(statuses).toContain(429);
      },
      { what: 'a rejected request', timeoutMs: 10_000 },
    );
  });
});
