import express from 'express';
import { listen, type Listening } from '../../testing/listen';
import { protection } from './protection';

const SHOP = 'https://shop.example';

describe('a page of another origin', () => {
  let server: Listening;
  beforeAll(async () => {
    const app = express().use(protection([SHOP]));
    app.get('/', (_req, res) => void res.set('ETag', '"1"').json({}));
    server = await listen(app);
  });
  afterAll(() => server.close());

  const ask = async (origin: string, method = 'GET') => {
    const { status, headers } = await fetch(server.url, {
      method,
      headers: {
        origin,
        ...(method === 'OPTIONS' && {
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization, content-type, idempotency-key',
        }),
      },
    });
    return { status, header: (name: string) => headers.get(`access-control-${name}`), headers };
  };

  it('may read responses and the documented headers if its origin is allowed', async () => {
    const { header, headers } = await ask(SHOP);
    expect(header('allow-origin')).toBe(SHOP);
    expect(header('expose-headers')?.split(',')).toEqual(
      expect.arrayContaining(['Consistency-Token', 'ETag', 'Location', 'RateLimit', 'Retry-After']),
    );
    expect(headers.get('vary')).toContain('Origin');
    expect(headers.get('cross-origin-resource-policy')).toBeNull();
  });

  it('may send mutations with key and token if its origin is allowed', async () => {
    const { status, header } = await ask(SHOP, 'OPTIONS');
    expect([status, header('allow-origin'), header('max-age')]).toEqual([204, SHOP, '600']);
    expect(header('allow-methods')?.split(',')).toEqual(
      expect.arrayContaining(['POST', 'PUT', 'PATCH', 'DELETE']),
    );
    expect(header('allow-headers')).toBe('authorization, content-type, idempotency-key');
    expect(header('allow-credentials')).toBeNull();
  });

  it.each(['https://shop.example.evil.example', 'http://shop.example', 'null'])(
    'from %s may not',
    async (origin) => {
      expect((await ask(origin)).header('allow-origin')).toBeNull();
      expect((await ask(origin, 'OPTIONS')).header('allow-origin')).toBeNull();
    },
  );
});

describe('responses', () => {
  let server: Listening;
  beforeAll(async () => {
    const app = express().use(protection([]));
    server = await listen(app.use((_req, res) => void res.json({})));
  });
  afterAll(() => server.close());
  const cacheControl = async (path: string) =>
    (await fetch(`${server.url}${path}`)).headers.get('cache-control');

  it('of the API are not cached', async () =>
    expect(await cacheControl('/api/customers/c1')).toBe('no-store'));
  it('of the documentation may be', async () => expect(await cacheControl('/docs')).toBeNull());
});
