import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, createMetrics } from '@bankside/runtime';
import { request } from 'undici';
import { startGateway, type TestGateway } from '@bankside/gateway/testing';
import { listen, type Listening } from '@bankside/gateway/testing';
import { createApp } from './app';

const SCRIPT = 'main-ABCDEFGH.js';

// As in a browser: through the gateway and both sidecars.
describe('the page of the console', () => {
  const pageFolder = mkdtempSync(join(tmpdir(), 'bankside-page-'));
  let server: Listening;
  let gateway: TestGateway;
  beforeAll(async () => {
    writeFileSync(join(pageFolder, 'index.html'), `<script src="${SCRIPT}"></script>`);
    writeFileSync(join(pageFolder, SCRIPT), 'alert("Grüße")');
    mkdirSync(join(pageFolder, 'folder'));
    server = await listen(
      createApp({
        logger: createLogger('console', 'fatal'),
        metrics: createMetrics('console'),
        pageFolder,
        ready: async () => {},
      }),
    );
    gateway = await startGateway({ console: server.port });
  });
  afterAll(async () => {
    await gateway.close();
    await server.close();
    rmSync(pageFolder, { recursive: true });
  });

  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${gateway.url}${path}`, { headers, redirect: 'manual' });

  it.each(['/', '/console'])('is the target of %s', async (path) => {
    const { status, headers } = await get(path);
    expect([status, headers.get('location')]).toEqual([302, '/console/']);
  });

  it('is public and revalidated on each load', async () => {
    const response = await get('/console/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toContain(SCRIPT);
  });

  it('references immutable files, which browsers cache', async () => {
    const response = await get(`/console/${SCRIPT}`);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await response.text()).toBe('alert("Grüße")');
  });

  it('is not sent again to a browser that has it', async () => {
    const { headers } = await get('/console/');
    // `fetch` makes no conditional requests without a cache.
    const again = await request(`${gateway.url}/console/`, {
      headers: { 'if-none-match': headers.get('etag')! },
    });
    await again.body.dump();
    expect(again.statusCode).toBe(304);
  });

  it('may load nothing from other origins and appear in no frame', async () => {
    const policy = (await get('/console/')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it.each(['/console/none.js', '/console/folder', '/console/..%2Fpackage.json', '/console/a/b'])(
    'has no %s',
    async (path) => {
      const response = await get(path);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        404,
        expect.stringContaining('application/problem+json'),
      ]);
    },
  );

  it('is 503 while its service is down', async () => {
    await server.close();
    const response = await get('/console/');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ type: '/problems/unavailable' });
  });
});
